import {
  type CloudWatchClient,
  type MetricAlarm,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import { collecting } from './refusal.ts';

/** The current state of a metric alarm. `since` is in Unix milliseconds. */
export interface AlarmState {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly since: number;
  readonly reasonData: string | undefined;
}

/** The metric alarms whose names begin with `prefix`. With `rest`, only the alarm named `prefix` + `rest`, if it exists. */
export async function describeAlarms(
  client: CloudWatchClient,
  prefix: string,
  rest?: string,
): Promise<AlarmState[]> {
  const names = rest ? { AlarmNames: [`${prefix}${rest}`] } : { AlarmNamePrefix: prefix };
  const pages = paginateDescribeAlarms({ client }, { ...names, AlarmTypes: ['MetricAlarm'] });
  const action = 'cloudwatch:DescribeAlarms';
  return (await collecting(action, pages, ({ MetricAlarms }) => MetricAlarms)).map(readAlarm);
}

function readAlarm(alarm: MetricAlarm): AlarmState {
  // StateUpdatedTimestamp also changes when an evaluation leaves the state as it is.
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return {
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    since: since?.getTime() ?? 0,
    reasonData: alarm.StateReasonData,
  };
}
