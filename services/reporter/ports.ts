import { copyCommand, listCommand } from '../../shared/command-line.ts';
import type { ReportFiles } from '../../shared/report/model/report.ts';
import type { ReporterPorts } from './report-recording.ts';
import type { ReportStore } from './report-store.ts';

/** The AWS calls that the ports are made of. */
interface Calls
  extends ReportStore,
    Pick<
      ReporterPorts,
      | 'asn'
      | 'describe'
      | 'errors'
      | 'ipRanges'
      | 'meter'
      | 'names'
      | 'notify'
      | 'pageScript'
      | 'queryLogs'
    > {
  readonly lines: ReporterPorts['archive'];
  /** Where the lines of that time lie, and the page of a recording's report. */
  readonly linesUrl: (time: Date) => string;
  readonly pageUrl: (id: string) => string;
  readonly keep: (id: string, files: ReportFiles) => Promise<void>;
}

/** Where the reporter runs, and the dashboard of its stack. */
interface Place {
  readonly region: string;
  readonly dashboardUrl: string | undefined;
}

/** The reporter's ports. */
export function portsOf(
  calls: Calls,
  { region, dashboardUrl }: Place,
  warn: (message: string) => void,
): ReporterPorts & ReportStore {
  return {
    ...calls,
    archive: calls.lines,
    keep: async ({ id, startedAt }, files) => {
      await calls.keep(id, files);
      const lines = calls.linesUrl(new Date(startedAt));
      return {
        reportUrl: await calls.link(id),
        dashboardUrl,
        commands: [
          { purpose: 'Copy the report', line: copyCommand(region, calls.pageUrl(id)) },
          {
            purpose: 'List the flow log lines of its first hour',
            line: listCommand(region, lines),
          },
        ],
      };
    },
    warn,
    now: Date.now,
  };
}
