import {
  type EndedRecording,
  monthOfId,
  startOfId,
} from '../../shared/contract/ended-recording.ts';
import { type Overview, readReport } from '../../shared/contract/reporter.ts';
import { ShapeError } from '../../shared/read-shape.ts';
import { type MonthSum, overviewOf, sumsByMonth } from '../../shared/report/model/overview.ts';
import type { ReportFiles } from '../../shared/report/model/report.ts';

/** Access to the reports in the archive. */
export interface ReportStore {
  /** The ids of recordings that have a report, those that begin so. */
  readonly reports: (beginning: string) => AsyncIterable<string>;
  readonly report: (id: string, file: keyof ReportFiles) => Promise<string | undefined>;
  /** A presigned link to the page, valid for some hours. */
  readonly link: (id: string) => Promise<string>;
}

/** Which recordings: those whose ids begin so, of a month in UTC (`2026-11`); at most so many. */
interface Choice {
  readonly beginning?: string;
  readonly month?: string | undefined;
  readonly most: number;
}

/** How many reports are read at a time, and the most that are read for a mail. */
const AT_ONCE = 20;
const MOST_IN_MONTH = 100;

/**
 * The chosen recordings that have a report, the newest first; and how many are not listed, because they are older
 * than so many, or their report is of another release.
 */
export async function newestOf(
  { reports, report }: Pick<ReportStore, 'reports' | 'report'>,
  { beginning = '', month, most }: Choice,
): Promise<{ recordings: Overview[]; notListed: number }> {
  const ids: string[] = [];
  for await (const id of reports(beginning)) {
    if (month === undefined || monthOfId(id) === month) ids.push(id);
  }
  const newest = ids.sort((a, b) => startOfId(b).localeCompare(startOfId(a))).slice(0, most);
  const read = async (id: string) => overviewIn(id, await report(id, 'json'));
  const recordings: Overview[] = [];
  for (let at = 0; at < newest.length; at += AT_ONCE) {
    const some = await Promise.all(newest.slice(at, at + AT_ONCE).map(read));
    recordings.push(...some.flat());
  }
  return { recordings, notListed: ids.length - recordings.length };
}

/** The overview in a report; none where there is no report, or it is of another release. */
export function overviewIn(id: string, json: string | undefined): Overview[] {
  if (json === undefined) return [];
  try {
    return [overviewOf(id, readReport(json))];
  } catch (error) {
    if (error instanceof ShapeError) return [];
    throw error;
  }
}

/** What the recordings of this one's gateway and month come to, of those that have a report. */
export async function monthSoFar(
  store: Pick<ReportStore, 'reports' | 'report'>,
  { id, gatewayId }: Pick<EndedRecording, 'id' | 'gatewayId'>,
): Promise<(MonthSum & { readonly notListed: number }) | undefined> {
  const month = monthOfId(id);
  const beginning = `${gatewayId}-${month.replace('-', '')}`;
  const { recordings, notListed } = await newestOf(store, { beginning, most: MOST_IN_MONTH });
  const [sum] = sumsByMonth(recordings);
  return sum && { ...sum, notListed };
}
