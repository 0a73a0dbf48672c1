import { describeLine } from '../../shared/flowlog/describe.ts';
import type { Line } from '../../shared/flowlog/source.ts';
import type { Version } from '../../shared/netflow/exporter.ts';
import type { ReplaySummary } from '../../shared/replay.ts';
import { say, writeLine } from '../../shared/terminal.ts';
import { shorten } from '../../shared/text/shorten.ts';
import type { CollectorErrors } from '../../shared/transport/connection.ts';
import { NAMES } from './options.ts';

/** A malformed line may be a megabyte of anything. */
const LONGEST_LINE_TOLD = 10_000;
const LONGEST_REASON_TOLD = 200;

/** What of a replay's options shows in its words. */
export interface Wording {
  readonly netflow: Version;
  readonly collectors?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Says what is wrong with the first malformed line; the summary has the number of all. */
export function tellFirst(): (name: string, line: Line) => void {
  let isTold = false;
  return (name, { number, text, format }) => {
    if (isTold) return;
    isTold = true;
    const { reason = '' } = describeLine(text.slice(0, LONGEST_LINE_TOLD), format);
    say(`line ${number} of ${name} is malformed: ${shorten(reason, LONGEST_REASON_TOLD)}`);
  };
}

/** Says what became of everything: a sentence, or JSON on standard output. */
export function tellSummary(summary: ReplaySummary, options: Wording): void {
  if (options.json) writeLine(JSON.stringify(summary));
  else say(inWords(summary, options));
  const { notExportable } = summary;
  if (notExportable === 0) return;
  const way = options.netflow === 5 ? ': it has no IPv6, use -v 9 or ipfix' : '';
  say(`${count(notExportable, 'flow')} cannot be sent as ${NAMES[options.netflow]}${way}`);
}

function inWords(summary: ReplaySummary, { netflow, collectors, dryRun }: Wording): string {
  const { records, datagrams, seconds } = summary;
  const what = `${count(records, 'flow record')} in ${count(datagrams, 'datagram')}`;
  const skipped = (['otherLeg', 'nodata', 'skipdata', 'nonflow', 'malformed'] as const)
    .filter((key) => summary[key] > 0)
    .map((key) => `${summary[key].toLocaleString('en')} ${WORDS[key]}`);
  return [
    dryRun
      ? `would have sent ${what} of ${NAMES[netflow]}, ${seconds.toFixed(1)} s`
      : `sent ${what} to ${collectors} (${NAMES[netflow]}), ${seconds.toFixed(1)} s`,
    ...(skipped.length > 0 ? [`left out ${skipped.join(', ')}`] : []),
  ].join('; ');
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

const WORDS = {
  otherLeg: 'of the other leg',
  nodata: 'NODATA',
  skipdata: 'SKIPDATA',
  nonflow: 'without addresses',
  malformed: 'malformed',
};

/** Says which collectors did not get everything, and why. */
export function tellErrors(errors: readonly CollectorErrors[], datagrams: number): void {
  for (const { collector, count: failed, message } of errors) {
    const share = `${failed.toLocaleString('en')} of ${count(datagrams, 'datagram')}`;
    say(`${collector}: ${share} failed: ${message}`);
  }
}
