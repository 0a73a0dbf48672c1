import {
  type Progress,
  type ReporterAnswer,
  readReport,
  readReporterCommand,
} from '../../shared/contract/reporter.ts';
import { overviewOf } from '../../shared/report/model/overview.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { tellDigest } from './digest.ts';
import {
  type ReporterPorts,
  type ReportSettings,
  readRecording,
  reportRecording,
} from './report-recording.ts';
import { newestOf, type ReportStore } from './report-store.ts';

/** The most recordings in a list. */
const MOST_LISTED = 1000;

/**
 * Makes the report of a recording that has ended, measures one that goes on, lists the reports there are, or
 * returns one.
 * @throws Error for any other event, and when the report cannot be made.
 */
export async function answer(
  event: unknown,
  settings: ReportSettings,
  ports: ReporterPorts & ReportStore,
): Promise<ReporterAnswer> {
  const request = readReporterCommand(event);
  switch (request.command) {
    case 'report': {
      const report = await reportRecording(request.recording, settings, ports);
      return { recordings: [overviewOf(request.recording.id, report)] };
    }
    case 'look':
      return { progress: progressOf(await readRecording(request.recording, settings, ports)) };
    case 'digest':
      await tellDigest(request.collected, ports);
      return {};
    case 'list':
      return await newestOf(ports, { month: request.month, most: MOST_LISTED });
    case 'show':
      return await show(request.id, ports);
  }
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
