import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import { isRefused } from '../../shared/contract/refusal.ts';
import type { MailText } from '../../shared/text/mail-text.ts';
import type { Place } from './mail-parts.ts';
import { writeMail } from './mails.ts';
import { metricLine, notificationMetrics } from './metrics.ts';
import { reportRequest } from './report-request.ts';
import type { Notification, Watch } from './watch.ts';

/** Where notifications go. */
interface Channels {
  readonly mail: (text: MailText) => Promise<void>;
  /** Schedules the report of a recording at that time (Unix ms). Ordering it again replaces the schedule. */
  readonly orderReport: (reporter: string, at: number, recording: EndedRecording) => Promise<void>;
  readonly write: (line: string) => void;
}

export interface NotifySettings extends Place {
  readonly report?: { readonly arn: string; readonly delay: number } | undefined;
}

/**
 * Sends a notification by mail and as metrics. The report that the mail promises is ordered first. When AWS
 * rejects the order, the mail gives the reason in place of the promise.
 */
export async function notify(
  notification: Notification,
  watch: Watch,
  settings: NotifySettings,
  { mail, orderReport, write }: Channels,
): Promise<void> {
  const { report, stack } = settings;
  const request = report && reportRequest(notification, watch, report.delay);
  const ordering = report && request && orderReport(report.arn, request.at, request.recording);
  const noReport = await rejectionOf(ordering);
  await mail(writeMail(notification, watch, { ...settings, noReport }));
  write(metricLine(stack, watch.gatewayId, notificationMetrics(notification)));
}

/** The reason if AWS rejected the request. Other errors are rethrown. */
async function rejectionOf(call: Promise<void> | undefined): Promise<string | undefined> {
  try {
    return void (await call);
  } catch (error) {
    if (isRefused(error)) return error.message;
    throw error;
  }
}
