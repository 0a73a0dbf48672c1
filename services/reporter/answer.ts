import { type Overview, overviewOf } from '../../shared/report/overview.ts';
import type { ReportFiles } from '../../shared/report/recording.ts';
import type { Report } from '../../shared/report/report.ts';
import { type ReporterPorts, type ReportSettings, reportRecording } from './report-recording.ts';
import { readRequest } from './requests.ts';

/** What earlier reports are found with. */
export interface Shelf {
  /** The recordings that have a report. */
  readonly reports: () => AsyncIterable<string>;
  readonly report: (id: string, file: keyof ReportFiles) => Promise<string | undefined>;
  /** An address at which the page can be read for a while. */
  readonly link: (id: string) => Promise<string>;
}

/** What the caller gets back. */
export interface Answer {
  /** The newest first. */
  readonly recordings?: readonly Overview[];
  /** One report, if it was asked for and is there. */
  readonly shown?: { readonly report: Report; readonly html: string; readonly link: string };
}

/** A list longer than this is nobody's to read. */
const MOST_LISTED = 100;

/**
 * Reports on a recording that is over, or finds what was reported earlier.
 * @throws Error for an event that asks for neither, and when the report cannot be made.
 */
export async function answer(
  event: unknown,
  settings: ReportSettings,
  ports: ReporterPorts & Shelf,
): Promise<Answer> {
  const request = readRequest(event);
  switch (request.command) {
    case 'report': {
      const report = await reportRecording(request.recording, settings, ports);
      return { recordings: [overviewOf(request.recording.id, report)] };
    }
    case 'list':
      return { recordings: await list(ports) };
    case 'show':
      return await show(request.id, ports);
  }
}

async function list({ reports, report }: Shelf): Promise<Overview[]> {
  const ids: string[] = [];
  for await (const id of reports()) ids.push(id);
  const newest = ids.sort((a, b) => startOf(b).localeCompare(startOf(a))).slice(0, MOST_LISTED);
  const read = async (id: string) => {
    const json = await report(id, 'json');
    return json === undefined ? [] : [overviewOf(id, JSON.parse(json))];
  };
  return (await Promise.all(newest.map(read))).flat();
}

/** `nat-0abc-20261122T101430Z-7` began at 20261122T101430Z. */
function startOf(id: string): string {
  return id.split('-').at(-2) ?? '';
}

async function show(id: string, { report, link }: Shelf): Promise<Answer> {
  const [json, html] = await Promise.all([report(id, 'json'), report(id, 'html')]);
  if (json === undefined || html === undefined) return {};
  return { shown: { report: JSON.parse(json), html, link: await link(id) } };
}
