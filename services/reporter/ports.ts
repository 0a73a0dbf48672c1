import { copyCommand, listCommand } from '../../shared/command-line.ts';
import { type Message, senderOf } from '../../shared/notification/message.ts';
import { send, type Ways } from '../../shared/notification/send.ts';
import { PartlySent } from '../../shared/notification/send-each.ts';
import type { ReportFiles } from '../../shared/report/model/report.ts';
import type { MonthFiles, MonthPorts } from './month.ts';
import type { ReportStore } from './report-store.ts';
import type { ReporterPorts } from './reporter-ports.ts';
import { ownMonth, type SummaryPorts } from './summaries.ts';

/** The AWS calls that the ports are made of. */
interface Calls
  extends ReportStore,
    Ways,
    Omit<SummaryPorts, 'placeOf'>,
    Pick<MonthPorts, 'monthMail'>,
    Pick<
      ReporterPorts,
      'asn' | 'describe' | 'errors' | 'ipRanges' | 'meter' | 'names' | 'pageScript' | 'queryLogs'
    > {
  readonly lines: ReporterPorts['archive'];
  /** Where the lines of that time lie, and the page of a recording's report. */
  readonly linesUrl: (time: Date) => string;
  readonly pageUrl: (id: string) => string;
  readonly storeReport: (id: string, files: ReportFiles) => Promise<void>;
  /** The ways on which a message was sent, when another failed. */
  readonly sentWays: (id: string) => Promise<string[]>;
  readonly noteSentWays: (id: string, ways: readonly string[]) => Promise<void>;
  /** Stores the report of a month; returns where its text and its JSON lie. */
  readonly storeMonthFiles: (month: string, files: MonthFiles) => Promise<readonly string[]>;
  /** The summaries of MonthlyReportOf; undefined: the monthly report is of the archive. */
  readonly sharedSummariesOf: MonthPorts['summariesIn'] | undefined;
}

/** Where the reporter runs, and the dashboard of its stack. */
interface Place {
  readonly version: string;
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly topicArn: string;
  readonly dashboardUrl: string | undefined;
  /** MonthlyReportOf: `bucket` or `bucket/prefix`. */
  readonly monthlyReportOf: string | undefined;
}

/** The reporter's ports. */
export function portsOf(
  calls: Calls,
  place: Place,
  warn: (message: string) => void,
): ReporterPorts & ReportStore & SummaryPorts & MonthPorts {
  const { region, dashboardUrl, version, stack, account } = place;
  const placeOf: SummaryPorts['placeOf'] = (id) => {
    const page = calls.pageUrl(id);
    const links = { page, json: page.replace(/html$/, 'json') };
    return { natflow: version, stack, account, region, links };
  };
  const { sharedSummariesOf, storeMonthFiles } = calls;
  return {
    ...calls,
    notify: (id, message) => notify(id, message, place, calls),
    placeOf,
    summariesIn: sharedSummariesOf ?? ((month) => ownMonth(month, { ...calls, placeOf, warn })),
    summariesFrom: sharedSummariesOf && `s3://${place.monthlyReportOf}`,
    storeMonth: async (month, files) => {
      const urls = await storeMonthFiles(month, files);
      return urls.map((url) => ({
        purpose: url.endsWith('.txt') ? 'Copy the tables as text' : 'Copy all rows as JSON',
        line: copyCommand(region, url),
      }));
    },
    archive: calls.lines,
    storeReport: async ({ id, startedAt }, files) => {
      await calls.storeReport(id, files);
      const lines = calls.linesUrl(new Date(startedAt));
      return {
        reportUrl: await calls.link(id),
        dashboardUrl,
        objects: { page: calls.pageUrl(id), lines },
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

/** Sends a message. What an invocation could send on one way alone is noted, so that its repetition leaves that out. */
async function notify(
  id: string,
  message: Message,
  place: Place,
  { sentWays, noteSentWays, ...ways }: Pick<Calls, 'sentWays' | 'noteSentWays'> & Ways,
): Promise<void> {
  const done = await sentWays(id);
  try {
    await send(message, senderOf(place), ways, done);
  } catch (error) {
    if (error instanceof PartlySent) await noteSentWays(id, error.done);
    throw error;
  }
  if (done.length > 0) await noteSentWays(id, []);
}
