import { type CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { collecting } from './refusal.ts';

const METRICS = ['BytesInFromSource', 'BytesInFromDestination'];
const WEEK_MS = 7 * 86_400_000;

/** The most bytes that entered a NAT gateway in a minute of the last week; undefined when none were metered. */
export async function weeklyPeak(
  client: CloudWatchClient,
  gatewayId: string,
  now = Date.now(),
): Promise<number | undefined> {
  const pages = paginateGetMetricData(
    { client },
    {
      StartTime: new Date(now - WEEK_MS),
      EndTime: new Date(now),
      MetricDataQueries: METRICS.map((MetricName, i) => query(`m${i}`, MetricName, gatewayId)),
    },
  );
  const results = await collecting(
    'cloudwatch:GetMetricData',
    pages,
    (page) => page.MetricDataResults,
  );
  const minutes = new Map<number, number>();
  for (const { Timestamps = [], Values = [] } of results) {
    Timestamps.forEach((timestamp, i) => {
      const minute = timestamp.getTime();
      minutes.set(minute, (minutes.get(minute) ?? 0) + (Values[i] ?? 0));
    });
  }
  return minutes.size === 0 ? undefined : [...minutes.values()].reduce((a, b) => Math.max(a, b));
}

function query(Id: string, MetricName: string, gatewayId: string) {
  const Dimensions = [{ Name: 'NatGatewayId', Value: gatewayId }];
  const Metric = { Namespace: 'AWS/NATGateway', MetricName, Dimensions };
  return { Id, MetricStat: { Metric, Period: 60, Stat: 'Sum' } };
}
