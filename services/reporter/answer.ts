import {
  type Overview,
  type Progress,
  type ReporterAnswer,
  readReport,
  readReporterCommand,
} from '../../shared/contract/reporter.ts';
import { overviewOf } from '../../shared/report/model/overview.ts';
import type { Report, ReportFiles } from '../../shared/report/model/report.ts';
import {
  type ReporterPorts,
  type ReportSettings,
  readRecording,
  reportRecording,
} from './report-recording.ts';

/** Access to the reports in the archive. */
export interface ReportStore {
  /** The ids of recordings that have a report. */
  readonly reports: () => AsyncIterable<string>;
  readonly report: (id: string, file: keyof ReportFiles) => Promise<string | undefined>;
  /** A presigned link to the page, valid for some hours. */
  readonly link: (id: string) => Promise<string>;
}

/** The most recordings in a list. */
const MOST_LISTED = 100;

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
    case 'list':
      return { recordings: await list(ports) };
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

async function list({ reports, report }: ReportStore): Promise<Overview[]> {
  const ids: string[] = [];
  for await (const id of reports()) ids.push(id);
  const newest = ids.sort((a, b) => startOf(b).localeCompare(startOf(a))).slice(0, MOST_LISTED);
  const read = async (id: string) => {
    const json = await report(id, 'json');
    return json === undefined ? [] : [overviewOf(id, readReport(json))];
  };
  return (await Promise.all(newest.map(read))).flat();
}

/** The start in a recording's id: 20261122T101430Z in `nat-0abc-20261122T101430Z-7`. */
function startOf(id: string): string {
  return id.split('-').at(-2) ?? '';
}

async function show(id: string, { report, link }: ReportStore): Promise<ReporterAnswer> {
  const [json, html] = await Promise.all([report(id, 'json'), report(id, 'html')]);
  if (json === undefined || html === undefined) return {};
  return { shown: { report: readReport(json), html, link: await link(id) } };
}
