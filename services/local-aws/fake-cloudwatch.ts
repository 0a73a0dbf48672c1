/** The state of an alarm; `since` in Unix milliseconds. */
export interface FakeAlarm {
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  since: number;
  reasonData?: string;
}

/** The metrics of a NAT gateway in a minute: bytes received from clients, and from the internet. */
interface MeteredBytes {
  readonly BytesInFromSource: number;
  readonly BytesInFromDestination: number;
}

/** The metrics of one gateway and minute. */
export interface MeteredMinute extends MeteredBytes {
  readonly gatewayId: string;
  /** The beginning of the minute in Unix milliseconds. */
  readonly at: number;
}

interface AlarmQuery {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
}

/** Times in Unix seconds. */
interface MetricQuery {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly Label: string;
    readonly MetricStat: {
      readonly Metric: {
        readonly MetricName: keyof MeteredBytes;
        readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
      };
    };
  }[];
}

/** The reply to DescribeAlarms. */
export function describeAlarms(
  alarms: ReadonlyMap<string, FakeAlarm>,
  { AlarmNames, AlarmNamePrefix = '' }: AlarmQuery,
): object {
  const MetricAlarms = [...alarms]
    .filter(([name]) => AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix))
    .map(([AlarmName, { state, since, reasonData }]) => ({
      AlarmName,
      StateValue: state,
      StateTransitionedTimestamp: since / 1000,
      StateUpdatedTimestamp: since / 1000,
      StateReasonData: reasonData,
    }));
  return { MetricAlarms };
}

/** The reply to GetMetricData: the sums of each minute, the newest first. */
export function getMetricData(
  minutes: readonly MeteredMinute[],
  { StartTime, EndTime, MetricDataQueries }: MetricQuery,
): object {
  const MetricDataResults = MetricDataQueries.map(({ Id, Label, MetricStat: { Metric } }) => {
    const points = minutes
      .filter(({ gatewayId }) => Metric.Dimensions.some(({ Value }) => Value === gatewayId))
      .filter(({ at }) => at / 1000 >= StartTime && at / 1000 < EndTime)
      .toReversed();
    return {
      ...{ Id, Label, StatusCode: 'Complete' },
      Timestamps: points.map(({ at }) => at / 1000),
      Values: points.map((point) => point[Metric.MetricName]),
    };
  });
  return { MetricDataResults };
}
