import { costOf, type Prices } from '../prices/prices.ts';
import { dollars } from '../text/units.ts';
import { type ContinuousSource, isTransit } from './sources.ts';

/** The text of a line with ids of AWS's usual length: of a VPC's flow log, and of a transit gateway's. */
const LINE_BYTES = 220;
const TRANSIT_LINE_BYTES = 400;
/** Bytes of traffic that a line may stand for: no metric says how many connections the bytes are of. */
const LONG_FLOWS = 100_000;
const SHORT_FLOWS = 10_000;
const GB = 1e9;

/** Dollars for the lines of so many bytes of traffic, from long flows to short ones. */
function linesCost(source: Kind, trafficBytes: number, { logPerGib }: Prices): [number, number] {
  const lineBytes = isTransit(source) ? TRANSIT_LINE_BYTES : LINE_BYTES;
  const cost = (bytesPerLine: number) =>
    costOf((trafficBytes / bytesPerLine) * lineBytes, logPerGib);
  return [cost(LONG_FLOWS), cost(SHORT_FLOWS)];
}

type Kind = Pick<ContinuousSource, 'resourceType'>;

/** What the lines of a source cost: by the GB of traffic, and by the month for so many bytes of it. */
export function costText(source: Kind, monthBytes: number | undefined, prices: Prices): string {
  const perGb = between(linesCost(source, GB, prices));
  if (monthBytes === undefined) return `${perGb} a GB of traffic`;
  return `${perGb} a GB, ${between(linesCost(source, monthBytes, prices))} a month`;
}

/** What all of these costs rest on. */
export function priceText(prices: Prices): string {
  return `${dollars(prices.logPerGib)} a GiB of lines, delivery and Firehose (${prices.source}); a line stands for one direction of a connection in a minute at an interface, from ${LONG_FLOWS / 1000} to ${SHORT_FLOWS / 1000} KB of traffic here: which it is, no metric says`;
}

function between([least, most]: readonly [number, number]): string {
  return `${dollars(least)} to ${dollars(most)}`;
}
