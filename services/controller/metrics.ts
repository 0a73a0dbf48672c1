import type { GatewayAnswer } from '../../shared/contract/controller.ts';
import type { Notification } from './watch.ts';

type Values = Readonly<Record<string, number>>;

/** How a gateway stands, as metrics. */
export function gatewayMetrics({ recording, counted, cap }: GatewayAnswer): Values {
  const active = { RecordingActive: recording?.phase === 'recording' ? 1 : 0 };
  return cap === 0 ? active : { ...active, RecordingsRemaining: Math.max(0, cap - counted) };
}

/** What a notification adds to the metrics. */
export function notificationMetrics(notification: Notification): Values {
  switch (notification.kind) {
    case 'finished': {
      const { startedAt = 0, endedAt = 0 } = notification.recording;
      return { RecordingSeconds: Math.round((endedAt - startedAt) / 1000) };
    }
    case 'failed':
      return { RecordingFailures: 1 };
    case 'orphaned':
      return { OrphanFlowLogs: notification.flowLogIds.length };
    case 'started':
    case 'capped':
    case 'digest':
      return {};
  }
}

/** A log line that CloudWatch reads as metrics of the stack and of the gateway (embedded metric format). */
export function metricLine(
  stack: string,
  gatewayId: string,
  values: Values,
  now = Date.now(),
): string {
  const names = Object.keys(values);
  if (names.length === 0) return '';
  const Metrics = names.map((Name) => ({
    Name,
    Unit: Name.endsWith('Seconds') ? 'Seconds' : 'Count',
  }));
  const Dimensions = [['Stack'], ['Stack', 'NatGatewayId']];
  const CloudWatchMetrics = [{ Namespace: 'NatFlow', Dimensions, Metrics }];
  const _aws = { Timestamp: now, CloudWatchMetrics };
  return `${JSON.stringify({ _aws, Stack: stack, NatGatewayId: gatewayId, ...values })}\n`;
}
