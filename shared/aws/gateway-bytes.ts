import { type CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { collecting } from './refusal.ts';

const METRICS = ['BytesInFromSource', 'BytesInFromDestination'];
const PERIOD_S = 60;

/** What entered a NAT gateway from either side in each minute, as CloudWatch answers; times as ISO 8601. */
export async function gatewayBytes(
  client: CloudWatchClient,
  gatewayId: string,
  from: Date,
  to: Date,
) {
  const Dimensions = [{ Name: 'NatGatewayId', Value: gatewayId }];
  const queries = METRICS.map((MetricName, index) => ({
    Id: `m${index}`,
    Label: MetricName,
    MetricStat: {
      Metric: { Namespace: 'AWS/NATGateway', MetricName, Dimensions },
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
