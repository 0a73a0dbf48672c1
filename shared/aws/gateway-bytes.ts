import { type CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import {
  BYTES_DOWN_METRIC,
  BYTES_UP_METRIC,
  NAT_GATEWAY_DIMENSION,
  NAT_GATEWAY_NAMESPACE,
} from '../gateway/nat-gateway.ts';
import { collecting } from './refusal.ts';

const METRICS = [BYTES_UP_METRIC, BYTES_DOWN_METRIC];
const PERIOD_S = 60;

/** The bytes that a NAT gateway processed in each minute, in the shape of GetMetricData's answer. Times are ISO 8601. */
export async function gatewayBytes(
  client: CloudWatchClient,
  gatewayId: string,
  from: Date,
  to: Date,
) {
  const Dimensions = [{ Name: NAT_GATEWAY_DIMENSION, Value: gatewayId }];
  const queries = METRICS.map((MetricName, index) => ({
    Id: `m${index}`,
    Label: MetricName,
    MetricStat: {
      Metric: { Namespace: NAT_GATEWAY_NAMESPACE, MetricName, Dimensions },
      Period: PERIOD_S,
      Stat: 'Sum',
    },
  }));
  const input = { StartTime: from, EndTime: to, MetricDataQueries: queries };
  const results = await collecting(
    'cloudwatch:GetMetricData',
    paginateGetMetricData({ client }, input),
    (page) => page.MetricDataResults,
  );
  return {
    MetricDataResults: results.map(({ Label, Timestamps = [], Values = [] }) => ({
      Label,
      Timestamps: Timestamps.map((time) => time.toISOString()),
      Values,
    })),
  };
}
