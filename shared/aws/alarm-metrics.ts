import {
  type CloudWatchClient,
  type Metric,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import {
  BYTES_DOWN_METRIC,
  BYTES_UP_METRIC,
  NAT_GATEWAY_NAMESPACE,
} from '../gateway/nat-gateway.ts';
import { listAlarms } from './alarms.ts';
import { collecting } from './refusal.ts';

/** A metric: its data points are those with exactly these dimensions. */
interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The metric alarms whose names begin with `prefix`, and the metrics that each evaluates. */
export async function describeAlarmMetrics(
  client: CloudWatchClient,
  prefix: string,
): Promise<{ readonly name: string; readonly metrics: readonly MetricId[] }[]> {
  return (await listAlarms(client, { prefix })).map(({ AlarmName = '', Metrics = [] }) => ({
    name: AlarmName,
    metrics: Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []).map(readMetric),
  }));
}

/** The metrics of bytes through NAT gateways that had data points in the last two weeks. */
export async function listNatGatewayMetrics(client: CloudWatchClient): Promise<MetricId[]> {
  const list = async (MetricName: string) => {
    const query = { Namespace: NAT_GATEWAY_NAMESPACE, MetricName };
    const pages = paginateListMetrics({ client }, query);
    return await collecting('cloudwatch:ListMetrics', pages, ({ Metrics }) => Metrics);
  };
  return (await Promise.all([BYTES_UP_METRIC, BYTES_DOWN_METRIC].map(list))).flat().map(readMetric);
}

function readMetric({ Namespace = '', MetricName = '', Dimensions = [] }: Metric): MetricId {
  const dimensions = Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]);
  return { namespace: Namespace, name: MetricName, dimensions: Object.fromEntries(dimensions) };
}
