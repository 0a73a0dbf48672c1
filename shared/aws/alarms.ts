import {
  type CloudWatchClient,
  type MetricAlarm,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmNames } from '../gateway/nat-gateway.ts';
import { collecting } from './refusal.ts';

/** The current state of a metric alarm. `since` is in Unix milliseconds. */
export interface AlarmState {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly since: number;
  readonly reasonData: string | undefined;
}

/** The metric alarms with these names that exist, or those whose names begin with the prefix. */
export async function describeAlarms(
  client: CloudWatchClient,
  which: AlarmNames,
): Promise<AlarmState[]> {
  return (await listAlarms(client, which)).map(readAlarm);
}

/** The same as CloudWatch describes them. */
export async function listAlarms(
  client: CloudWatchClient,
  which: AlarmNames,
): Promise<MetricAlarm[]> {
  const query =
    'names' in which ? { AlarmNames: [...which.names] } : { AlarmNamePrefix: which.prefix };
  const pages = paginateDescribeAlarms({ client }, { ...query, AlarmTypes: ['MetricAlarm'] });
  return await collecting('cloudwatch:DescribeAlarms', pages, ({ MetricAlarms }) => MetricAlarms);
}

/** The state of a described alarm. */
export function readAlarm(alarm: MetricAlarm): AlarmState {
  // StateUpdatedTimestamp also changes when an evaluation leaves the state as it is.
  const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
  return {
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    since: since?.getTime() ?? 0,
    reasonData: alarm.StateReasonData,
  };
}
