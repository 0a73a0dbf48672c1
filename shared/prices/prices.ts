import { GIB } from '../text/units.ts';
import { DEFAULT_PRICES, PRICE_TABLE, PRICES_AS_OF } from './price-table.ts';

const DAY_S = 86_400;
/** A rate is told of five minutes or more. */
const LEAST_RATE_S = 300;
/** The region whose prices are used for regions that the table lacks. */
export const DEFAULT_REGION = 'us-east-1';

/** Prices in US dollars. */
export interface Prices {
  /** Per GiB that the NAT gateway processes. */
  readonly natPerGib: number;
  /** Per GiB of flow log text: delivery of vended logs, and Firehose's ingestion of them. */
  readonly logPerGib: number;
  /** An interface endpoint: per hour and zone, and per GiB. */
  readonly endpointPerHour: number;
  readonly endpointPerGib: number;
  /** Where the NAT gateway's price is from, in words: the table and its month, or the caller. */
  readonly source: string;
}

/** Firehose's price for vended logs in us-east-1, first tier; these are not rounded up to 5 KB. */
const FIREHOSE_PER_GIB = 0.13;
/** CloudWatch Logs takes twice as much for vended logs as their delivery to Firehose costs: 0.50 in us-east-1. */
const LOGS_PER_DELIVERY = 2;
/** The same in every region. */
const ENDPOINT_PER_GIB = 0.01;

/** The prices of a region, or of us-east-1 if the table lacks it. A given price takes precedence. */
export function pricesOf(region: string, given: { natPerGib?: number | undefined } = {}): Prices {
  // A line may name any region, even a member that every object has, such as `constructor`.
  const known = Object.hasOwn(PRICE_TABLE, region) ? PRICE_TABLE[region] : undefined;
  const { natPerGib, endpointPerHour, deliveryPerGib } = known ?? DEFAULT_PRICES;
  return {
    natPerGib: given.natPerGib ?? natPerGib,
    logPerGib: deliveryPerGib + FIREHOSE_PER_GIB,
    endpointPerHour,
    endpointPerGib: ENDPOINT_PER_GIB,
    source: sourceOf(region, known !== undefined, given.natPerGib !== undefined),
  };
}

/** A part of what a recording costs, in US dollars per GiB of its lines. */
export interface RecordingPrice {
  readonly part: string;
  readonly perGib: number;
}

/** What a recording costs, part by part. `toLogs`: its lines go to CloudWatch Logs as well. */
export function recordingPrices(region: string, toLogs: boolean): RecordingPrice[] {
  const { logPerGib } = pricesOf(region);
  const delivery = logPerGib - FIREHOSE_PER_GIB;
  const logs = { part: 'delivery to CloudWatch Logs', perGib: delivery * LOGS_PER_DELIVERY };
  return [
    { part: 'delivery', perGib: delivery },
    { part: 'Firehose', perGib: FIREHOSE_PER_GIB },
    ...(toLogs ? [logs] : []),
  ];
}

function sourceOf(region: string, isKnown: boolean, isGiven: boolean): string {
  if (isGiven) return 'as given';
  if (isKnown) return `list price of ${region}, table of ${PRICES_AS_OF}`;
  return `no price known for ${region}: list price of ${DEFAULT_REGION}, table of ${PRICES_AS_OF}`;
}

/** The region by name, or by the id of its zone (`use1-az1`); undefined when neither is known. */
export function regionOf(place: { region: string; zone: string }): string | undefined {
  if (place.region !== '') return place.region;
  const [zone] = place.zone.split('-');
  return Object.keys(PRICE_TABLE).find((name) => PRICE_TABLE[name]?.zone === zone);
}

/** Dollars for these bytes at a price per GiB, which AWS's price lists call GB. */
export function costOf(bytes: number, perGib: number): number {
  return (bytes / GIB) * perGib;
}

/** The amount of a day at the rate of `amount` in `seconds`; undefined for a time too short to tell a rate. */
export function perDay(amount: number, seconds: number): number | undefined {
  return seconds >= LEAST_RATE_S ? (amount * DAY_S) / seconds : undefined;
}

/** GiB per hour and zone above which an interface endpoint is cheaper than the gateway; may be Infinity. */
export function breakEven({ natPerGib, endpointPerHour, endpointPerGib }: Prices): number {
  return natPerGib > endpointPerGib
    ? endpointPerHour / (natPerGib - endpointPerGib)
    : Number.POSITIVE_INFINITY;
}
