import type { Collected, EndedRecording } from '../../shared/contract/ended-recording.ts';
import { isRefused } from '../../shared/contract/refusal.ts';
import { senderOf } from '../../shared/notification/message.ts';
import { send, type Ways } from '../../shared/notification/send.ts';
import type { Place } from './mail-parts.ts';
import { messageOf } from './messages.ts';
import { metricLine, notificationMetrics } from './metrics.ts';
import { reportRequest } from './report-request.ts';
import type { Notification, Watch } from './watch.ts';

/** Where notifications go. */
interface Channels extends Ways {
  /** Schedules the report of a recording at that time (Unix ms). Ordering it again replaces the schedule. */
  readonly orderReport: (reporter: string, at: number, recording: EndedRecording) => Promise<void>;
  /** Schedules the digest of collected recordings likewise. */
  readonly orderDigest: (reporter: string, at: number, collected: Collected) => Promise<void>;
  readonly write: (line: string) => void;
}

export interface NotifySettings extends Place {
  readonly topicArn: string;
  readonly report?: { readonly arn: string; readonly delay: number } | undefined;
}

/** The reporter's timeout, in milliseconds: a report that was begun is there after it, or failed. */
const REPORTING_MS = 900_000;

/**
 * Sends a notification by mail, as an event and as metrics. The report that the mail promises is ordered first. When
 * AWS rejects the order, the mail gives the reason in place of the promise.
 * @throws PartlySent when it went on some of the ways; `done` are those on which it went before.
 */
export async function notify(
  notification: Notification,
  watch: Watch,
  settings: NotifySettings,
  channels: Channels,
  done?: readonly string[],
): Promise<void> {
  const ordering = order(notification, watch, settings, channels);
  const noReport = await rejectionOf(ordering);
  // The reporter tells of the digest.
  if (notification.kind === 'digest' && ordering !== undefined && noReport === undefined) return;
  const message = messageOf(notification, watch, { ...settings, noReport }, Date.now());
  await send(message, senderOf(settings), channels, done);
  const { stack } = settings;
  channels.write(metricLine(stack, watch.gatewayId, notificationMetrics(notification)));
}

/** Orders what the reporter has to make for a notification; undefined: nothing. */
function order(
  notification: Notification,
  watch: Watch,
  { report }: NotifySettings,
  { orderReport, orderDigest }: Channels,
): Promise<void> | undefined {
  if (report === undefined) return undefined;
  if (notification.kind !== 'digest') {
    const request = reportRequest(notification, watch, report.delay);
    return request && orderReport(report.arn, request.at, request.recording);
  }
  const { gatewayId, state } = watch;
  if (state.closed) return undefined;
  const { since, at, recordingIds } = notification;
  const lastReport = (state.last?.endedAt ?? 0) + report.delay + REPORTING_MS;
  const collected = {
    gatewayId,
    gatewayName: state.gatewayName,
    since,
    recordingIds: [...recordingIds],
  };
  return orderDigest(report.arn, Math.max(at, lastReport), collected);
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
