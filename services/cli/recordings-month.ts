import type { Overview } from '../../shared/contract/reporter.ts';
import {
  type MonthReport,
  monthReport,
  type ReadSummaries,
} from '../../shared/report/model/month.ts';
import { overviewOfSummary } from '../../shared/report/model/overview.ts';
import { RunError, UsageError } from './errors.ts';

/** Summaries at `s3://bucket/prefix`. */
interface SummaryReader {
  /** Whether there is any, of whatever month. */
  readonly isAny: () => Promise<boolean>;
  readonly ofMonth: (month: string) => Promise<ReadSummaries>;
}

/** Opens the summaries of a bucket, `bucket` or `bucket/prefix`. */
export type OpenSummaries = (place: string) => Promise<SummaryReader>;

/** The recordings of a month that several stacks and accounts have summed up in one bucket. */
export interface MonthFrom {
  readonly recordings: readonly Overview[];
  readonly month: MonthReport;
}

/**
 * Reads a month at `s3://bucket/prefix`.
 * @throws UsageError when that is no such name; RunError when no summary of any month is there.
 */
export async function readMonthFrom(
  from: string,
  month: string,
  { open, now }: { readonly open: OpenSummaries; readonly now: number },
): Promise<MonthFrom> {
  const [, place] = /^s3:\/\/([^/]+.*?)\/*$/.exec(from) ?? [];
  if (place === undefined) throw new UsageError(`--from ${from} is not s3://bucket/prefix`);
  const reader = await open(place);
  const read = await reader.ofMonth(month);
  const isEmpty = read.summaries.length + read.unread.length + read.newer === 0;
  if (isEmpty && !(await reader.isAny())) {
    throw new RunError(`no summary of a recording is below s3://${place}/recordings/`);
  }
  const newestFirst = read.summaries.toReversed();
  return {
    recordings: newestFirst.flatMap(overviewOfSummary),
    month: monthReport(read, { month, now, from: `s3://${place}` }),
  };
}
