import type { RecordingSummary } from '../../contract/recording-summary.ts';
import { standingCost } from '../../prices/standing.ts';
import { type Counted, countedOf, gatewayKey, type Reported } from './month-counted.ts';
import {
  type MonthSource,
  type MonthTable,
  type MonthTarget,
  sourcesOfMonth,
  targetsOfMonth,
} from './month-tables.ts';

/** What was read of the summaries of a month. */
export interface ReadSummaries {
  readonly summaries: readonly RecordingSummary[];
  /** Objects that could not be read, and why. */
  readonly unread: readonly string[];
  /** How many are of a newer release of natflow. */
  readonly newer: number;
}

/** How often a gateway was recorded, and what that came to. */
export interface MonthGateway {
  readonly account: string;
  readonly region: string;
  readonly gateway: string;
  readonly name: string | null;
  /** Recordings by its alarm, and by hand. Those without a report are among them. */
  readonly byAlarm: number;
  readonly byHand: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly dollars: number;
}

/** A free gateway endpoint, and what it would have saved. */
export interface MonthEndpoint {
  readonly account: string;
  readonly region: string;
  readonly vpc: string;
  readonly service: string;
  readonly dollars: number;
  readonly recordings: number;
  readonly assumption: string | null;
}

/** All that is known of the recordings of a month, as plain data. `--json` prints it. Amounts are in US dollars. */
export interface MonthReport {
  /** In UTC, by when recordings were begun: `2026-11`. */
  readonly month: string;
  /** ISO 8601. */
  readonly writtenAt: string;
  /** Whether the month was not over. */
  readonly isPartial: boolean;
  /** Where the summaries were read, `s3://bucket/prefix`; absent: the stack's own archive. */
  readonly from?: string | undefined;
  readonly accounts: number;
  /** Recordings in the sums. */
  readonly counted: number;
  /** Seconds of their lines. */
  readonly seconds: number;
  readonly bytes: number;
  /** What the bytes of the priced ones cost at the gateways, and how many are not priced. */
  readonly dollars: number;
  readonly unpriced: number;
  /** What free gateway endpoints would have saved, and each of them. */
  readonly savings: number;
  readonly endpoints: readonly MonthEndpoint[];
  /** An estimate of what natflow cost. */
  readonly natflow: {
    /** The delivery of all recordings' lines, also of those that are not in the sums. */
    readonly delivery: number;
    /** What stands all month: so many stacks, and the alarms of gateways that were recorded. */
    readonly standing: number;
    readonly stacks: number;
    readonly gateways: number;
  };
  /** The dearest first. */
  readonly gateways: readonly MonthGateway[];
  readonly sources: MonthTable<MonthSource>;
  readonly targets: MonthTable<MonthTarget>;
  /** What the sums do not have. */
  readonly missing: {
    /** Ids of recordings without a report. */
    readonly withoutReport: readonly string[];
    readonly overlapping: Counted['overlapping'];
    /** Recordings whose flows explain less than nine tenths of the metered bytes, and the bytes that are missing. */
    readonly incomplete: readonly {
      readonly id: string;
      readonly percent: number;
      readonly bytes: number;
    }[];
    /** Recordings of which CloudWatch did not say what it metered. */
    readonly unmetered: number;
    /** Recordings whose report lacks objects of the archive. */
    readonly partlyRead: number;
    /** Recordings that began less than two minutes after another of their gateway. */
    readonly close: number;
    /** Objects that could not be read, and why; and how many are of a newer release. */
    readonly unread: readonly string[];
    readonly newer: number;
  };
}

/** Flows that explain less of the metered bytes are told as incomplete: the minutes of both do not match exactly. */
const COMPLETE_PERCENT = 90;

/** What the recordings of a month come to. `now` in Unix milliseconds. */
export function monthReport(
  { summaries, unread, newer }: ReadSummaries,
  {
    month,
    now,
    from,
  }: { readonly month: string; readonly now: number; readonly from?: string | undefined },
): MonthReport {
  const chosen = countedOf(summaries);
  const { counted } = chosen;
  const reports = counted.map(({ report }) => report);
  const endpoints = endpointsOf(counted);
  return {
    month,
    writtenAt: new Date(now).toISOString(),
    isPartial: month >= monthAt(now),
    from,
    accounts: new Set(summaries.map(({ account }) => account)).size,
    counted: counted.length,
    seconds: sum(reports.map(({ seconds }) => seconds)),
    bytes: sum(reports.map(({ bytes }) => bytes)),
    dollars: sum(reports.map(({ dollars }) => dollars ?? 0)),
    unpriced: reports.filter(({ dollars }) => dollars === null).length,
    savings: sum(reports.map(({ savings }) => savings)),
    endpoints,
    natflow: ownCost(summaries),
    gateways: gatewaysOf(chosen),
    sources: sourcesOfMonth(counted),
    targets: targetsOfMonth(counted),
    missing: missingOf(chosen, unread, newer),
  };
}

/** The month of a moment in Unix milliseconds, in UTC: `2026-11`. */
export function monthAt(time: number): string {
  return new Date(time).toISOString().slice(0, 7);
}

/** The month before that of a moment. */
export function monthBefore(time: number): string {
  const date = new Date(time);
  return monthAt(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1));
}

function ownCost(summaries: readonly RecordingSummary[]): MonthReport['natflow'] {
  const stackKey = ({ account, region, stack }: RecordingSummary) =>
    `${account} ${region} ${stack}`;
  const stacks = new Set(summaries.map(stackKey)).size;
  const gateways = new Set(summaries.map((each) => `${stackKey(each)} ${each.gateway}`)).size;
  const delivery = sum(summaries.map(({ report }) => report?.recording ?? 0));
  return { delivery, standing: standingCost(stacks, gateways), stacks, gateways };
}

function gatewaysOf({ counted, withoutReport }: Counted): MonthGateway[] {
  const recordings: readonly RecordingSummary[] = [...counted, ...withoutReport];
  const gateways = [...Map.groupBy(recordings, gatewayKey).values()].map((group): MonthGateway => {
    const [{ account = '', region = '', gateway = '' } = {}] = group;
    const reports = group.flatMap(({ report }) => report ?? []);
    const byAlarm = group.filter(({ alarm }) => alarm !== null).length;
    return {
      ...{ account, region, gateway },
      name: group.findLast(({ name }) => name !== null)?.name ?? null,
      ...{ byAlarm, byHand: group.length - byAlarm },
      seconds: sum(reports.map(({ seconds }) => seconds)),
      bytes: sum(reports.map(({ bytes }) => bytes)),
      dollars: sum(reports.map(({ dollars }) => dollars ?? 0)),
    };
  });
  return gateways.sort((a, b) => b.dollars - a.dollars || b.bytes - a.bytes);
}

function endpointsOf(counted: readonly Reported[]): MonthEndpoint[] {
  const all = counted.flatMap(({ account, region, report }) =>
    report.endpoints.map((each) => ({ account, region, ...each })),
  );
  const groups = Map.groupBy(all, ({ account, region, vpc, service }) =>
    JSON.stringify([account, region, vpc, service]),
  );
  const endpoints = [...groups.values()].flatMap((group): MonthEndpoint[] => {
    const [first] = group;
    if (first === undefined) return [];
    const dollars = sum(group.map((each) => each.dollars));
    const assumption = group.find((each) => each.assumption !== null)?.assumption ?? null;
    return [{ ...first, dollars, recordings: group.length, assumption }];
  });
  return endpoints.sort((a, b) => b.dollars - a.dollars);
}

function missingOf(
  { counted, withoutReport, overlapping, close }: Counted,
  unread: readonly string[],
  newer: number,
): MonthReport['missing'] {
  const incomplete = counted.flatMap(({ id, report: { metered, explained } }) =>
    metered === null || explained === null || explained >= COMPLETE_PERCENT
      ? []
      : [{ id, percent: explained, bytes: metered * (1 - explained / 100) }],
  );
  return {
    withoutReport: withoutReport.map(({ id }) => id),
    ...{ overlapping, incomplete },
    unmetered: counted.filter(({ report }) => report.metered === null).length,
    partlyRead: counted.filter(({ report }) => report.unread > 0).length,
    ...{ close, unread, newer },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}
