import type { FakeAlarm } from './fake-cloudwatch.ts';

/** The value of a gateway's alarm and its threshold. */
export interface AlarmReading {
  readonly alarmName: string;
  readonly gatewayId: string;
  /** Bytes of the newest minute. */
  readonly bytes: number;
  readonly threshold: number;
}

/** An alarm's StateReasonData: the newest value and the threshold. */
export function reasonData({ bytes, threshold }: AlarmReading): string {
  return JSON.stringify({ version: '1.0', period: 60, recentDatapoints: [bytes], threshold });
}

/** The event that EventBridge delivers when an alarm changes its state. */
export function alarmEvent(reading: AlarmReading, alarm: FakeAlarm): object {
  const { alarmName, gatewayId } = reading;
  const timestamp = new Date(alarm.since).toISOString().replace('Z', '+0000');
  const metric = (id: string, name: string) => ({
    id,
    metricStat: {
      metric: { namespace: 'AWS/NATGateway', name, dimensions: { NatGatewayId: gatewayId } },
      period: 60,
      stat: 'Sum',
    },
    returnData: false,
  });
  return {
    version: '0',
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    time: new Date(alarm.since).toISOString(),
    detail: {
      alarmName,
      state: { value: alarm.state, timestamp, reasonData: alarm.reasonData },
      configuration: {
        metrics: [
          { id: 'total', expression: 'up + down', returnData: true },
          metric('up', 'BytesInFromSource'),
          metric('down', 'BytesInFromDestination'),
        ],
      },
    },
  };
}
