import { type EndedRecording, monthOfId } from '../../shared/contract/ended-recording.ts';
import {
  type RecordingSummary,
  readSummary,
  summaryKey,
  writeSummary,
} from '../../shared/contract/recording-summary.ts';
import { readReport } from '../../shared/contract/reporter.ts';
import { EMPTY_OUTBOX, type SummaryOutbox } from '../../shared/contract/summary-outbox.ts';
import { ShapeError } from '../../shared/read-shape.ts';
import type { ReadSummaries } from '../../shared/report/model/month.ts';
import {
  type SummaryPlace,
  summaryOf,
  summaryWithoutReport,
} from '../../shared/report/model/recording-summary.ts';
import { changeItem, loadItem, type StateItem } from '../../shared/state-item.ts';
import type { ReportStore } from './report-store.ts';

/** Access to summaries. Keys are those of `summaryKey`. */
export interface SummaryPorts {
  readonly summary: (key: string) => Promise<string | undefined>;
  readonly storeSummary: (key: string, text: string) => Promise<void>;
  readonly summariesOf: (month: string) => Promise<ReadSummaries>;
  /** Writes to the bucket of another account; undefined: there is none. */
  readonly central: ((key: string, text: string) => Promise<void>) | undefined;
  readonly outbox: StateItem<SummaryOutbox>;
  /** Where a recording was made, and where its report lies. */
  readonly placeOf: (id: string) => SummaryPlace;
}

type Ports = SummaryPorts &
  Pick<ReportStore, 'report' | 'reports'> & { readonly warn: (message: string) => void };

/** The most keys in the outbox; the oldest are dropped. An item of the state table has room for three times as many. */
const MOST_WAITING = 1000;

/**
 * Gives a recording a summary without a report, unless it has one, and puts it into the outbox. Called before the report
 * is made, so that a recording whose report fails has a summary as well.
 */
export async function beginSummary(recording: EndedRecording, ports: Ports): Promise<void> {
  const place = ports.placeOf(recording.id);
  const key = keyOf(recording.id, place);
  if ((await ports.summary(key)) === undefined) {
    await ports.storeSummary(key, writeSummary(summaryWithoutReport(recording, place)));
  }
  if (ports.central === undefined) return;
  await change(ports.outbox, (keys) =>
    [...keys.filter((each) => each !== key), key].slice(-MOST_WAITING),
  );
}

/** Stores the summary of a report that was made. */
export async function storeSummary(id: string, ports: Ports): Promise<void> {
  const summary = await byReport(id, ports);
  if (summary !== undefined) await ports.storeSummary(keyOf(id, summary), writeSummary(summary));
}

/**
 * Writes the summaries of the outbox to the central bucket. Those that were written leave the outbox.
 * @throws Error with the first failure, after all were tried.
 */
export async function flushOutbox(ports: Ports): Promise<void> {
  const { central, outbox } = ports;
  if (central === undefined) return;
  const failures: unknown[] = [];
  const { state } = await loadItem(outbox, EMPTY_OUTBOX);
  for (const key of state.keys) {
    try {
      const text = await completed(key, ports);
      if (text === undefined) ports.warn(`${key} is not in the archive, and not in CentralBucket`);
      else await central(key, text);
      await change(outbox, (keys) => keys.filter((each) => each !== key));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * The summaries of the archive's month. A report that has no summary, because it is of an earlier release or its
 * summary could not be written, is summed up here.
 */
export async function ownMonth(month: string, ports: Ports): Promise<ReadSummaries> {
  const { summaries, unread, newer } = await ports.summariesOf(month);
  const complete = new Set(summaries.flatMap(({ id, report }) => (report === null ? [] : [id])));
  const found = new Map(summaries.map((summary) => [summary.id, summary]));
  const others: string[] = [];
  for await (const id of ports.reports('')) {
    if (monthOfId(id) !== month || complete.has(id)) continue;
    try {
      const summary = await byReport(id, ports);
      if (summary !== undefined) found.set(id, summary);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      others.push(`the report of ${id}, which is of another release of natflow`);
    }
  }
  return { summaries: [...found.values()], unread: [...unread, ...others], newer };
}

/** The text of a summary, with what its report says if that could not be stored before; undefined: there is none. */
async function completed(key: string, ports: Ports): Promise<string | undefined> {
  const text = await ports.summary(key);
  if (text === undefined) return undefined;
  const { id, report } = readSummary(text);
  if (report !== null) return text;
  const summary = await byReport(id, ports).catch(() => undefined);
  if (summary === undefined) return text;
  const whole = writeSummary(summary);
  await ports.storeSummary(key, whole);
  return whole;
}

/**
 * The summary of a report in the archive; undefined where there is none.
 * @throws ShapeError when the report lacks what this release reads.
 */
async function byReport(id: string, ports: Ports): Promise<RecordingSummary | undefined> {
  const json = await ports.report(id, 'json');
  if (json === undefined) return undefined;
  const report = readReport(json);
  try {
    return summaryOf(id, report, ports.placeOf(id));
  } catch (error) {
    // `readReport` looks for the members that all outputs need, and not at what they hold.
    throw new ShapeError(`the report of ${id} lacks members`, { cause: error });
  }
}

function keyOf(id: string, { account, region }: Pick<SummaryPlace, 'account' | 'region'>): string {
  return summaryKey({ id, month: monthOfId(id), account, region });
}

async function change(
  outbox: StateItem<SummaryOutbox>,
  next: (keys: readonly string[]) => readonly string[],
): Promise<void> {
  await changeItem('the outbox of CentralBucket', outbox, EMPTY_OUTBOX, ({ keys }) => ({
    keys: next(keys),
  }));
}
