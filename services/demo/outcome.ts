import type { DeliveryMetric, DeliveryReport } from '../../shared/contract/delivery-report.ts';
import type { Legs } from '../../shared/flow/legs.ts';
import type { Counts } from '../../shared/flowlog/source.ts';
import { costOf, pricesOf } from '../../shared/prices/prices.ts';
import type { Report, TotalOf } from '../../shared/report/model/report.ts';
import { dollars } from '../../shared/text/units.ts';
import {
  type ContinuousEnd,
  type ContinuousFigures,
  continuousFaults,
  continuousFigures,
} from './continuous-outcome.ts';
import { REGION } from './deployment.ts';
import type { Parameters } from './parameters.ts';
import type { StoryReport } from './story-events.ts';
import type { ArchiveTotals } from './story-stream.ts';

/** What a collector has received. */
export interface CollectorTotals {
  readonly flows: number;
  readonly bytes: bigint;
  readonly datagrams: number;
  readonly sequenceErrors: number;
}

/** The state at the end of a story. */
export interface StoryEnd {
  /** The lines that were put into the stream, by kind. */
  readonly delivered: Counts;
  /** The bytes that the stream took. */
  readonly deliveredBytes: number;
  /** What the forwarder published, one report for each delivery. */
  readonly deliveries: readonly DeliveryReport[];
  readonly archive: ArchiveTotals;
  /** Undefined in a story without continuous sources. */
  readonly continuous?: ContinuousEnd | undefined;
  readonly flowLogsLeft: number;
  readonly schedulesLeft: number;
  readonly recordings: number;
  readonly mails: number;
  /** The story's time at its end, Unix milliseconds. */
  readonly endedAt: number;
  /** Those of the deployed reporter, in the order of their recordings. */
  readonly reports: readonly StoryReport[];
  /** The share of all bytes that each recording captured, 0 to 1, by its id: the truth about its report. */
  readonly captured: ReadonlyMap<string, number>;
}

/** The figures at the end of a story; `faults` has a sentence for each thing that is not as it should be. */
export interface Outcome {
  /** Lines put into the stream, and the kinds they are of. */
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
  /** Missing in a story without continuous sources. */
  readonly continuous?: ContinuousFigures;
  /** What the built-in collector counted itself; missing when the flows went elsewhere. */
  readonly collector?: {
    readonly flows: number;
    readonly bytes: number;
    readonly datagrams: number;
    readonly sequenceErrors: number;
    readonly wentDown: boolean;
  };
  /** What the delivered bytes cost, in dollars, and what they may cost; missing without a budget. */
  readonly budget?: { readonly spent: number; readonly limit: number };
  readonly recordings: number;
  readonly mails: number;
  readonly flowLogsLeft: number;
  readonly schedulesLeft: number;
  /** What each report counts, from the archive alone. */
  readonly reports: readonly (TotalOf & {
    readonly id: string;
    /** Percent of the metered bytes, as the report says, and as the flow log really captured. */
    readonly explained?: number | undefined;
    readonly captured?: number | undefined;
  })[];
  readonly faults: readonly string[];
}

/** The sum of a metric over deliveries. */
export function total(deliveries: readonly DeliveryReport[], metric: DeliveryMetric): number {
  return deliveries.reduce((sum, report) => sum + (report[metric] ?? 0), 0);
}

/** Judges a story: nothing may be lost or left over. A collector that went down may only cost NetFlow. */
export function judge(
  end: StoryEnd,
  reports: readonly StoryReport[],
  { legs, isReported, monthlyBudget }: Parameters,
  collector: (CollectorTotals & { readonly wentDown: boolean }) | undefined,
): Outcome {
  const sum = (metric: DeliveryMetric) => total(end.deliveries, metric);
  const { flow: ok, ...others } = end.delivered;
  const figures = {
    records: {
      delivered: Object.values(end.delivered).reduce((lines, kind) => lines + kind, 0),
      ...{ ok, ...others },
    },
    archive: {
      records: end.archive.lines,
      files: end.archive.files.length,
      failed: end.archive.failed,
    },
    exported: {
      flows: sum('FlowsExported'),
      datagrams: sum('DatagramsSent'),
      refused: sum('DatagramErrors'),
      notExportable: sum('FlowsNotExportable'),
      bytes: sum('BytesExported'),
    },
    ...(end.continuous && { continuous: continuousFigures(end.continuous) }),
    ...(collector && { collector: { ...collector, bytes: Number(collector.bytes) } }),
    reports: reports.map(({ id, report }) => ({
      ...{ id, ...totalOf(report) },
      explained: report.reconciliation?.percent ?? undefined,
      captured: percentOf(end.captured.get(id)),
    })),
    ...(monthlyBudget && { budget: budgetOf(end.deliveredBytes, monthlyBudget) }),
    recordings: end.recordings,
    mails: end.mails,
    flowLogsLeft: end.flowLogsLeft,
    schedulesLeft: end.schedulesLeft,
  };
  const faults = [
    ...leftovers(figures),
    ...miscounts(figures, sum),
    ...overspent(figures),
    ...exportFaults(figures, sum('FlowsUnsent')),
    ...(end.continuous === undefined ? [] : continuousFaults(end.continuous)),
    ...(isReported && reports.length !== end.recordings
      ? [`${end.recordings} recordings, ${reports.length} reports`]
      : []),
    ...figures.reports.flatMap(misjudged),
    ...(isComparable(reports, legs, collector) ? disagreements(figures) : []),
  ];
  return { ...figures, faults };
}

/**
 * The exported bytes equal the reported ones only for the same legs and a single collector that took every
 * datagram: BytesExported counts what sockets took, once for each collector.
 */
function isComparable(
  reports: readonly StoryReport[],
  legs: Legs,
  collector: { readonly wentDown: boolean } | undefined,
): boolean {
  return collector?.wentDown === false && reports.every(({ report }) => report.legs === legs);
}

/** Metrics are of whole minutes, so a share may be off by as much. */
const MOST_POINTS_OFF = 2;

function misjudged({ id, explained = 0, captured = 0 }: Outcome['reports'][number]): string[] {
  if (Math.abs(explained - captured) <= MOST_POINTS_OFF) return [];
  const [said, is] = [explained, captured].map((percent) => percent.toFixed(1));
  return [
    `the report of ${id} explains ${said}% of the metered bytes, its flow log captured ${is}%`,
  ];
}

function percentOf(share: number | undefined): number | undefined {
  return share === undefined ? undefined : share * 100;
}

type Figures = Omit<Outcome, 'faults'>;

function leftovers({ records, archive, flowLogsLeft, schedulesLeft }: Figures): string[] {
  return [
    ...(flowLogsLeft > 0 ? [`${flowLogsLeft} flow logs are left`] : []),
    ...(schedulesLeft > 0 ? [`${schedulesLeft} schedules are left`] : []),
    ...(archive.records === records.delivered
      ? []
      : [`${records.delivered} records delivered, ${archive.records} in the archive`]),
  ];
}

function budgetOf(bytes: number, limit: string) {
  const { logPerGib } = pricesOf(REGION);
  return { spent: costOf(bytes, logPerGib), limit: Number(limit) };
}

/** The rates of a story are steady enough that the controller ends its recordings in time. */
function overspent({ budget }: Figures): string[] {
  return budget === undefined || budget.spent <= budget.limit
    ? []
    : [
        `the recordings cost ${dollars(budget.spent)}, above the budget of ${dollars(budget.limit)}`,
      ];
}

/** Each line is a Firehose record of its own, so the forwarder's counts are those of the lines delivered. */
function miscounts({ records }: Figures, sum: (metric: DeliveryMetric) => number): string[] {
  const pairs = [
    { kind: 'records', delivered: records.delivered, counted: sum('RecordsReceived') },
    { kind: 'NODATA records', delivered: records.nodata, counted: sum('RecordsNoData') },
    { kind: 'SKIPDATA records', delivered: records.skipdata, counted: sum('RecordsSkipData') },
    { kind: 'malformed records', delivered: records.malformed, counted: sum('RecordsRejected') },
  ];
  return pairs
    .filter(({ delivered, counted }) => delivered !== counted)
    .map(
      ({ kind, delivered, counted }) =>
        `${delivered} ${kind} delivered, the forwarder counted ${counted}`,
    );
}

function exportFaults({ exported, collector, continuous }: Figures, unsent: number): string[] {
  if (collector?.wentDown) {
    return exported.refused > 0 || exported.flows === collector.flows
      ? []
      : ['the collector was down, and the forwarder did not notice'];
  }
  const { refused } = exported;
  const flows = exported.flows + (continuous?.flows ?? 0);
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

/** Reports, forwarder and collector count the bytes of the same legs independently: their sums must agree. */
function disagreements({ exported, collector, reports, continuous }: Figures): string[] {
  if (reports.length === 0 || exported.notExportable > 0) return [];
  const reported = reports.reduce((sum, { bytes }) => sum + BigInt(bytes), 0n);
  const others = [
    { counter: 'the forwarder exported', bytes: exported.bytes },
    ...(collector === undefined || collector.wentDown
      ? []
      : [
          {
            counter: 'the collector received',
            bytes: collector.bytes - (continuous?.bytes ?? 0),
          },
        ]),
  ];
  return others
    .filter(({ bytes }) => bytes !== Number(reported))
    .map(({ counter, bytes }) => `the reports count ${reported} bytes, ${counter} ${bytes}`);
}
