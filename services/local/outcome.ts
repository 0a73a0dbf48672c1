import type { Report } from '../../shared/report/report.ts';
import type { CollectorTotals } from './built-in-collector.ts';
import type { StoryEnd } from './story.ts';

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
  /** What the report counts, from the archive alone; none when nothing was recorded. */
  readonly report?: Report['totals'];
  readonly faults: readonly string[];
}

/** Judges a story: nothing may be lost, left or made up; a collector that went down only costs NetFlow. */
export function judge(
  end: StoryEnd,
  report: Report | undefined,
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
    ...(report && { report: report.totals }),
    recordings: end.recordings,
    mails: end.mails,
    flowLogsLeft: end.flowLogsLeft,
    schedulesLeft: end.schedulesLeft,
  };
  const faults = [
    ...leftovers(known),
    ...exportFaults(known, end.totals.unsent),
    ...disagreements(known),
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

/** Archive, forwarder and collector count the same bytes, each in its own way. */
function disagreements({ exported, collector, report }: Known): string[] {
  if (report === undefined || exported.notExportable > 0) return [];
  const others = [
    { who: 'the forwarder exported', bytes: exported.bytes },
    ...(collector === undefined || collector.wentDown
      ? []
      : [{ who: 'the collector received', bytes: collector.bytes }]),
  ];
  return others
    .filter(({ bytes }) => bytes !== Number(report.bytes))
    .map(({ who, bytes }) => `the report counts ${report.bytes} bytes, ${who} ${bytes}`);
}
