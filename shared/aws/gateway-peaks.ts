import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { gatewayBytes } from './gateway-bytes.ts';

const WEEK_MS = 7 * 86_400_000;

/** The most bytes that a NAT gateway processed in a minute of the last week; undefined without data points. */
export async function weeklyPeak(
  client: CloudWatchClient,
  gatewayId: string,
  now = Date.now(),
): Promise<number | undefined> {
  const [from, to] = [new Date(now - WEEK_MS), new Date(now)];
  const { MetricDataResults } = await gatewayBytes(client, gatewayId, from, to);
  const minutes = new Map<string, number>();
  for (const { Timestamps, Values } of MetricDataResults) {
    Timestamps.forEach((minute, i) => {
      minutes.set(minute, (minutes.get(minute) ?? 0) + (Values[i] ?? 0));
    });
  }
  return minutes.size === 0 ? undefined : [...minutes.values()].reduce((a, b) => Math.max(a, b));
}
