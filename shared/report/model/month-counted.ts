import type { RecordingSummary } from '../../contract/recording-summary.ts';

/** A recording that counts, because it has a report. */
export type Reported = RecordingSummary & {
  readonly report: NonNullable<RecordingSummary['report']>;
};

/** The recordings of a month, by whether they are in its sums. */
export interface Counted {
  readonly counted: readonly Reported[];
  /** Those without a report. */
  readonly withoutReport: readonly RecordingSummary[];
  /** Those whose bytes another recording of their gateway has at least in part: two stacks record one gateway. */
  readonly overlapping: readonly { readonly id: string; readonly countedIn: string }[];
  /** Counted ones that began less than two minutes after the end of another of their gateway. */
  readonly close: number;
}

/** Reports read lines from a minute before a recording to a minute after it, so closer ones may share lines. */
const CLOSE_MS = 120_000;

/** Chooses the recordings that count: of those of one gateway that overlap the largest, so that no byte counts twice. */
export function countedOf(summaries: readonly RecordingSummary[]): Counted {
  const reported = summaries.filter(isReported);
  const withoutReport = summaries.filter(({ report }) => report === null);
  const counted: Reported[] = [];
  const overlapping: { id: string; countedIn: string }[] = [];
  let close = 0;
  for (const group of Map.groupBy(reported, gatewayKey).values()) {
    const kept: Reported[] = [];
    for (const each of group.sort(largestFirst)) {
      const other = kept.find((one) => overlap(one, each));
      if (other === undefined) kept.push(each);
      else overlapping.push({ id: each.id, countedIn: other.id });
    }
    counted.push(...kept);
    close += closeIn(kept);
  }
  return { counted, withoutReport, overlapping, close };
}

/** Equal for two recordings of one gateway: an id alone is unique in its account and region only. */
export function gatewayKey({ account, region, gateway }: RecordingSummary): string {
  return `${account} ${region} ${gateway}`;
}

function isReported(summary: RecordingSummary): summary is Reported {
  return summary.report !== null;
}

function largestFirst(a: Reported, b: Reported): number {
  return b.report.bytes - a.report.bytes || (a.begun + a.id < b.begun + b.id ? -1 : 1);
}

function overlap(a: Reported, b: Reported): boolean {
  return Date.parse(a.begun) < Date.parse(b.ended) && Date.parse(b.begun) < Date.parse(a.ended);
}

function closeIn(kept: readonly Reported[]): number {
  const inOrder = kept.toSorted((a, b) => Date.parse(a.begun) - Date.parse(b.begun));
  return inOrder.filter((each, at) => {
    const before = inOrder[at - 1];
    return before !== undefined && Date.parse(each.begun) - Date.parse(before.ended) < CLOSE_MS;
  }).length;
}
