import { commandLine } from '../../shared/command-line.ts';
import type { ReportFiles } from '../../shared/report/model/report.ts';
import type { ReportStore } from './answer.ts';
import type { ReporterPorts } from './report-recording.ts';

/** The AWS calls that the ports are made of. */
interface Calls
  extends ReportStore,
    Pick<ReporterPorts, 'describe' | 'errors' | 'meter' | 'notify'> {
  readonly lines: ReporterPorts['archive'];
  /** Where the lines of that time lie. */
  readonly linesUrl: (time: Date) => string;
  readonly keep: (id: string, files: ReportFiles) => Promise<void>;
}

/** The reporter's ports. */
export function portsOf(
  calls: Calls,
  stack: string,
  warn: (message: string) => void,
): ReporterPorts & ReportStore {
  return {
    ...calls,
    archive: calls.lines,
    keep: async ({ id, startedAt }, files) => {
      await calls.keep(id, files);
      return {
        reportUrl: await calls.link(id),
        command: commandLine(`recordings show ${id} --html report.html`, stack),
        rawUrl: calls.linesUrl(new Date(startedAt)),
      };
    },
    warn,
    now: Date.now,
  };
}
