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
  /** What identifies the metrics; left out, it is the gateway alone. */
  readonly dimensions?: Readonly<Record<string, string>>;
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
      readonly Period: number;
      readonly Metric: {
        readonly Namespace: string;
        readonly MetricName: string;
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
      Metrics: METRICS.map((MetricName) => ({
        Id: MetricName,
        MetricStat: {
          Metric: metric(MetricName, dimensionsOfAlarm(AlarmName)),
          Period: 60,
          Stat: 'Sum',
        },
      })),
    }));
  return { MetricAlarms };
}

const MINUTE_MS = 60_000;
const METRICS = ['BytesInFromSource', 'BytesInFromDestination'] as const;

/** The gateway that the macro's alarm of this name evaluates. */
function dimensionsOfAlarm(name: string): Record<string, string> {
  return { NatGatewayId: /nat-[0-9a-f]+$/.exec(name)?.[0] ?? '' };
}

function metric(MetricName: string, dimensions: Readonly<Record<string, string>>): object {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Namespace: 'AWS/NATGateway', MetricName, Dimensions };
}

/** The reply to ListMetrics: each metric of a name that was metered, once for each set of dimensions. */
export function listMetrics(
  minutes: readonly MeteredMinute[],
  { MetricName }: { readonly MetricName: string },
): object {
  const sets = minutes.map(
    ({ gatewayId, dimensions }) => dimensions ?? { NatGatewayId: gatewayId },
  );
  const unique = new Map(sets.map((set) => [JSON.stringify(set), set]));
  return { Metrics: [...unique.values()].map((set) => metric(MetricName, set)) };
}

/** What CloudWatch metered of a stream. */
export interface MeteredStream {
  /** One value of each of Firehose's metrics, by name. */
  readonly streamMetrics: ReadonlyMap<string, number>;
  /** The bytes that the stream took, by the beginning of the minute in Unix milliseconds. */
  readonly incomingBytes: ReadonlyMap<number, number>;
  /** From the end of a minute until its bytes are shown, in milliseconds. */
  readonly metricDelay: number;
}

/** The reply to GetMetricData: the sums of each minute, the newest first, and what was metered of the stream. */
export function getMetricData(
  minutes: readonly MeteredMinute[],
  stream: MeteredStream,
  { StartTime, EndTime, MetricDataQueries }: MetricQuery,
  now: number,
): object {
  const MetricDataResults = MetricDataQueries.map(({ Id, Label, MetricStat }) => {
    const { Metric, Period } = MetricStat;
    const found = { Id, Label, StatusCode: 'Complete' };
    if (Metric.MetricName === 'IncomingBytes') {
      return { ...found, ...incomingBytes(stream, { StartTime, EndTime, Period }, now) };
    }
    if (Metric.Namespace === 'AWS/Firehose') {
      const value = stream.streamMetrics.get(Metric.MetricName);
      return { ...found, Timestamps: [], Values: value === undefined ? [] : [value] };
    }
    const points = minutes
      .filter(({ gatewayId }) => Metric.Dimensions.some(({ Value }) => Value === gatewayId))
      .filter(({ at }) => at / 1000 >= StartTime && at / 1000 < EndTime)
      .toReversed();
    return {
      ...found,
      Timestamps: points.map(({ at }) => at / 1000),
      Values: points.map((point) =>
        Metric.MetricName === 'BytesInFromSource'
          ? point.BytesInFromSource
          : point.BytesInFromDestination,
      ),
    };
  });
  return { MetricDataResults };
}

/** The sums of each period that has a value, the newest first. A minute is shown late. */
function incomingBytes(
  stream: MeteredStream,
  { StartTime, EndTime, Period }: Pick<MetricQuery, 'StartTime' | 'EndTime'> & { Period: number },
  now: number,
) {
  const sums = new Map<number, number>();
  for (const [at, bytes] of stream.incomingBytes) {
    const isAsked = at / 1000 >= StartTime && at / 1000 < EndTime;
    if (!isAsked || at + MINUTE_MS + stream.metricDelay > now) continue;
    const period = Math.floor(at / 1000 / Period) * Period;
    sums.set(period, (sums.get(period) ?? 0) + bytes);
  }
  const points = [...sums].sort(([a], [b]) => b - a);
  return { Timestamps: points.map(([at]) => at), Values: points.map(([, bytes]) => bytes) };
}
