import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import {
  type Progress,
  type ReporterAnswer,
  readReport,
  readReporterCommand,
} from '../../shared/contract/reporter.ts';
import { monthReport } from '../../shared/report/model/month.ts';
import { overviewOf } from '../../shared/report/model/overview.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { sendDigest } from './digest.ts';
import { type MonthPorts, reportMonth } from './month.ts';
import {
  attempt,
  type ReportSettings,
  readRecording,
  reportRecording,
} from './report-recording.ts';
import { newestOf, type ReportStore } from './report-store.ts';
import type { ReporterPorts } from './reporter-ports.ts';
import {
  beginSummary,
  flushOutbox,
  ownMonth,
  type SummaryPorts,
  storeSummary,
} from './summaries.ts';

/** The most recordings in a list. */
const MOST_LISTED = 1000;

type Ports = ReporterPorts & ReportStore & SummaryPorts & MonthPorts;

/**
 * Makes the report of a recording that has ended, or of a month, measures a recording that goes on, lists the reports
 * there are, or returns one.
 * @throws Error for any other event, and when the report cannot be made.
 */
export async function answer(
  event: unknown,
  settings: ReportSettings,
  ports: Ports,
): Promise<ReporterAnswer> {
  const request = readReporterCommand(event);
  switch (request.command) {
    case 'report':
      return await report(request.recording, settings, ports);
    case 'look':
      return { progress: progressOf(await readRecording(request.recording, settings, ports)) };
    case 'digest':
      await sendDigest(request.collected, ports);
      return {};
    case 'list':
      return await list(request.month, ports);
    case 'month':
      return await reportMonth(request.month, ports);
    case 'share':
      await flushOutbox(ports);
      return {};
    case 'show':
      return await show(request.id, ports);
  }
}

/** The report, with the recording's summary before and after it: a report is made without them. */
async function report(
  recording: EndedRecording,
  settings: ReportSettings,
  ports: Ports,
): Promise<ReporterAnswer> {
  const { id } = recording;
  await attempt(beginSummary(recording, ports), ports);
  const made = await reportRecording(recording, settings, ports);
  await attempt(storeSummary(id, ports), ports);
  await attempt(flushOutbox(ports), ports);
  return { recordings: [overviewOf(id, made)] };
}

/** The newest recordings; of a month also what all of its recordings come to. */
async function list(month: string | undefined, ports: Ports): Promise<ReporterAnswer> {
  const listed = await newestOf(ports, { month, most: MOST_LISTED });
  if (month === undefined) return listed;
  return {
    ...listed,
    month: monthReport(await ownMonth(month, ports), { month, now: ports.now() }),
  };
}

function progressOf({ records, window, seconds, totals, reconciliation }: Report): Progress {
  return {
    flows: records.ok - records.otherGateway - records.otherTime,
    start: window?.start,
    seconds,
    bytes: Number(totals.forwarded.bytes),
    meteredBytes: reconciliation?.meteredBytes,
    percent: reconciliation?.percent ?? undefined,
  };
}

async function show(id: string, { report, link }: ReportStore): Promise<ReporterAnswer> {
  const [json, html] = await Promise.all([report(id, 'json'), report(id, 'html')]);
  if (json === undefined || html === undefined) return {};
  return { shown: { report: readReport(json), html, link: await link(id) } };
}
