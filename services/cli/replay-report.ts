import { type ExportSummary, printedSummary } from '../../shared/export/summary.ts';
import type { CollectorErrors } from '../../shared/export/transport.ts';
import type { Legs } from '../../shared/flow/legs.ts';
import { describeLine } from '../../shared/flowlog/describe.ts';
import type { Line } from '../../shared/flowlog/source.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import { say, writeLine } from '../../shared/terminal.ts';
import { shorten } from '../../shared/text/shorten.ts';
import { count, counted } from '../../shared/text/units.ts';
import { NAMES } from './options.ts';
import type { ReplayOutcome } from './replay-run.ts';

/** A malformed line may have a megabyte: only this many characters are described. */
const LONGEST_LINE = 10_000;
const LONGEST_REASON = 200;

/** The options of a replay that its messages depend on. */
export interface Wording {
  readonly netflow: Version;
  readonly collectors?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly legs?: Legs;
  readonly nat?: string;
}

/** A handler of malformed lines that reports the first one; the summary has the number of all. */
export function reportFirstMalformed(tell = say): (name: string, line: Line) => void {
  let isReported = false;
  return (name, { number, text, format }) => {
    if (isReported) return;
    isReported = true;
    const { reason = '' } = describeLine(text.slice(0, LONGEST_LINE), format);
    tell(`line ${number} of ${name} is malformed: ${shorten(reason, LONGEST_REASON)}`);
  };
}

/** Reports the summary: sentences, or with `--json` an object on standard output. */
export function reportSummary(outcome: ReplayOutcome, options: Wording): void {
  const { summary, leftOut } = outcome;
  const notes = notesOf(outcome, options);
  if (options.json) {
    const more = { ...(leftOut > 0 && { otherInterface: leftOut }), ...(notes[0] && { notes }) };
    writeLine(JSON.stringify({ ...printedSummary(summary), ...more }));
  } else [inWords(summary, options), ...notes].forEach(say);
  const { notExportable } = summary;
  if (notExportable === 0) return;
  const way = options.netflow === 5 ? ': it has no IPv6, use -v 9 or ipfix' : '';
  say(`${counted(notExportable, 'flow')} cannot be sent as ${NAMES[options.netflow]}${way}`);
}

/** What was left out because no NAT gateway's leg is known of it, and that bytes were sent twice. */
function notesOf({ leftOut, hasGateway }: ReplayOutcome, { legs, nat }: Wording): string[] {
  return [
    ...(leftOut > 0 ? [leftOutText(counted(leftOut, 'flow'), nat)] : []),
    ...(hasGateway && legs === undefined
      ? [
          'both legs of NAT gateways are sent, so that their bytes count twice; --legs private sends each once',
        ]
      : []),
  ];
}

function leftOutText(flows: string, nat: string | undefined): string {
  if (nat !== undefined)
    return `left out ${flows} that are not of ${nat}, or do not tell their leg`;
  return `left out ${flows} that are not proven to be of a NAT gateway, whose legs alone are sent; --nat ID names it`;
}

function inWords(summary: ExportSummary, { netflow, collectors, dryRun }: Wording): string {
  const { seconds, encoded } = summary;
  const { records, datagrams } = encoded;
  const what = `${counted(records, 'flow record')} in ${counted(datagrams, 'datagram')}`;
  const skipped = (['otherLeg', 'nodata', 'skipdata', 'nonflow', 'malformed'] as const)
    .filter((key) => summary[key] > 0)
    .map((key) => `${count(summary[key])} ${WORDS[key]}`);
  return [
    dryRun
      ? `would have sent ${what} of ${NAMES[netflow]}, ${seconds.toFixed(1)} s`
      : `sent ${what} to ${collectors} (${NAMES[netflow]}), ${seconds.toFixed(1)} s`,
    ...(skipped.length > 0 ? [`left out ${skipped.join(', ')}`] : []),
  ].join('; ');
}

const WORDS = {
  otherLeg: 'of the other leg',
  nodata: 'NODATA',
  skipdata: 'SKIPDATA',
  nonflow: 'without addresses',
  malformed: 'malformed',
};

/** Reports each collector that did not get all datagrams, with the reason. */
export function reportErrors(errors: readonly CollectorErrors[], datagrams: number): void {
  for (const { collector, count: failed, message } of errors) {
    const share = `${count(failed)} of ${counted(datagrams, 'datagram')}`;
    say(`${collector}: ${share} failed: ${message}`);
  }
}
