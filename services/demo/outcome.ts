import type { Report, TotalOf } from '../../shared/report/report.ts';
import type { CollectorTotals } from './built-in-collector.ts';
import type { Parameters } from './deployment.ts';
import type { StoryEnd } from './story.ts';
import type { StoryReport } from './story-reports.ts';

/** What is known when a story is over; `faults` says in sentences what is not as it should be. */
export interface Outcome {
  readonly records: {
    readonly delivered: number;
    readonly ok: number;
    readonly nodata: number;
    readonly skipdata: number;
    readonly nonflow: number;
    readonly malformed: number;
  };
  readonly archive: { readonly records: number; readonly files: number; readonly failed: number };
  readonly exported: {
    readonly flows: number;
    readonly datagrams: number;
    readonly refused: number;
    readonly notExportable: number;
    /** Bytes that the exported flows count. */
    readonly bytes: number;
  };
  /** The built-in collector's own count; none when the flows went elsewhere. */
  readonly collector?: {
    readonly flows: number;
    readonly bytes: number;
    readonly datagrams: number;
    readonly sequenceErrors: number;
    readonly wentDown: boolean;
  };
  readonly recordings: number;
  readonly mails: number;
  readonly flowLogsLeft: number;
  readonly schedulesLeft: number;
  /** What each report counts, from the archive alone. */
  readonly reports: readonly ({ readonly id: string } & TotalOf)[];
  readonly faults: readonly string[];
}

/** Judges a story: nothing may be lost, left or made up; a collector that went down only costs NetFlow. */
export function judge(
  end: StoryEnd,
  reports: readonly StoryReport[],
  { legs, isReported }: Parameters,
  collector: (CollectorTotals & { readonly wentDown: boolean }) | undefined,
): Outcome {
  const { nodata, skipdata, nonflow, malformed, undecodable } = end.totals;
  const known = {
    records: {
      delivered: end.delivered,
      ok: end.totals.flows,
      ...{ nodata, skipdata, nonflow },
      malformed: malformed + undecodable,
    },
    archive: {
      records: end.archive.lines,
      files: end.archive.files.length,
      failed: end.archive.failed,
    },
    exported: {
      flows: end.totals.exported,
      datagrams: end.totals.datagrams,
      refused: end.totals.datagramErrors,
      notExportable: end.totals.notExportable,
      bytes: end.totals.bytes,
    },
    ...(collector && { collector: { ...collector, bytes: Number(collector.bytes) } }),
    reports: reports.map(({ id, report }) => ({ id, ...totalOf(report) })),
    recordings: end.recordings,
    mails: end.mails,
    flowLogsLeft: end.flowLogsLeft,
    schedulesLeft: end.schedulesLeft,
  };
  const faults = [
    ...leftovers(known),
    ...exportFaults(known, end.totals.unsent),
    ...(isReported && reports.length !== end.recordings
      ? [`${end.recordings} recordings, ${reports.length} reports`]
      : []),
    ...(reports.every(({ report }) => report.legs === legs) ? disagreements(known) : []),
  ];
  return { ...known, faults };
}

type Known = Omit<Outcome, 'faults'>;

function leftovers({ records, archive, flowLogsLeft, schedulesLeft }: Known): string[] {
  const { delivered, ok, nodata, skipdata, nonflow, malformed } = records;
  return [
    ...(flowLogsLeft > 0 ? [`${flowLogsLeft} flow logs are left`] : []),
    ...(schedulesLeft > 0 ? [`${schedulesLeft} schedules are left`] : []),
    ...(archive.records === delivered
      ? []
      : [`${delivered} records delivered, ${archive.records} in the archive`]),
    ...(ok + nodata + skipdata + nonflow + malformed === delivered
      ? []
      : [`the kinds of records do not add up to the ${delivered} delivered`]),
  ];
}

function exportFaults({ exported, collector }: Known, unsent: number): string[] {
  if (collector?.wentDown) {
    return exported.refused > 0 || exported.flows === collector.flows
      ? []
      : ['the collector was down, and the forwarder did not notice'];
  }
  const { flows, refused } = exported;
  return [
    ...(unsent > 0 ? [`${unsent} flows were not sent in time`] : []),
    ...(refused > 0 ? [`${refused} datagrams were refused`] : []),
    ...(collector === undefined || collector.flows === flows
      ? []
      : [`${flows} flows exported, ${collector.flows} received`]),
    ...(collector === undefined || collector.sequenceErrors === 0
      ? []
      : [`${collector.sequenceErrors} sequence errors`]),
  ];
}

function totalOf({ totals: { flows, bytes, packets } }: Report): TotalOf {
  return { flows, bytes, packets };
}

/** Reports, forwarder and collector count the same bytes of the same legs, each in its own way. */
function disagreements({ exported, collector, reports }: Known): string[] {
  if (reports.length === 0 || exported.notExportable > 0) return [];
  const total = reports.reduce((sum, { bytes }) => sum + BigInt(bytes), 0n);
  const others = [
    { who: 'the forwarder exported', bytes: exported.bytes },
    ...(collector === undefined || collector.wentDown
      ? []
      : [{ who: 'the collector received', bytes: collector.bytes }]),
  ];
  return others
    .filter(({ bytes }) => bytes !== Number(total))
    .map(({ who, bytes }) => `the reports count ${total} bytes, ${who} ${bytes}`);
}
