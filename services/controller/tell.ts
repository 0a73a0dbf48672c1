import type { EndedRecording } from '../../shared/report/recording.ts';
import type { MailText } from '../../shared/text/mail-text.ts';
import { type Place, writeMail } from './mails.ts';
import { factMetrics, metricLine } from './metrics.ts';
import { isRefused } from './refused.ts';
import { reportRequest } from './report-request.ts';
import type { Fact, Watch } from './watch.ts';

/** Whom a fact is told to. */
interface Listeners {
  readonly mail: (text: MailText) => Promise<void>;
  /** Has the reporter report on the recording at that time (Unix ms); the same order again replaces itself. */
  readonly order: (reporter: string, at: number, recording: EndedRecording) => Promise<void>;
  readonly write: (line: string) => void;
}

interface TellSettings extends Place {
  readonly report?: { readonly arn: string; readonly delay: number } | undefined;
}

/**
 * Tells a fact by mail and as metrics. The report that a mail promises is ordered before; when AWS refuses
 * the order the mail says so, because it would wait for ever.
 */
export async function tell(
  fact: Fact,
  watch: Watch,
  settings: TellSettings,
  { mail, order, write }: Listeners,
): Promise<void> {
  const { report, stack } = settings;
  const request = report && reportRequest(fact, watch, report.delay);
  const ordering = report && request && order(report.arn, request.at, request.recording);
  const noReport = await refusalOf(ordering);
  await mail(writeMail(fact, watch, { ...settings, noReport }));
  write(metricLine(stack, watch.gatewayId, factMetrics(fact)));
}

/** Why AWS refused it, if it did; any other error is thrown on. */
async function refusalOf(call: Promise<void> | undefined): Promise<string | undefined> {
  try {
    return void (await call);
  } catch (error) {
    if (isRefused(error)) return error.message;
    throw error;
  }
}
