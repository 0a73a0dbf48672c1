import { type CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { collecting } from './refusal.ts';

/** CloudWatch keeps values of a minute for 15 days and those of five minutes for 63. */
const TOTAL_PERIOD_S = 300;
const MINUTE_S = 60;
const FAILED: ReadonlySet<string> = new Set(['InternalError', 'Forbidden']);
/** How far back the newest minutes are asked for. */
const NEWEST_MS = 15 * 60_000;

/** What CloudWatch metered of a stream since a time, and in the newest minutes that have a value. */
interface DeliveredBytes {
  readonly bytes: number;
  readonly minutes: readonly { readonly at: number; readonly bytes: number }[];
}

/**
 * The bytes that a Firehose stream took (`IncomingBytes`) since the next mark of five minutes after `since`, as far as
 * CloudWatch shows them, which is minutes late. Times are Unix milliseconds.
 */
export async function deliveredBytes(
  client: CloudWatchClient,
  streamArn: string,
  since: number,
  now: number,
): Promise<DeliveredBytes> {
  const period = 1000 * TOTAL_PERIOD_S;
  const start = Math.ceil(since / period) * period;
  const minute = 1000 * MINUTE_S;
  const newest = Math.floor((now - NEWEST_MS) / minute) * minute;
  const [total, minutes] = await Promise.all([
    start >= now ? [] : incomingBytes(client, streamArn, { start, now, period: TOTAL_PERIOD_S }),
    incomingBytes(client, streamArn, { start: newest, now, period: MINUTE_S }),
  ]);
  return { bytes: total.reduce((sum, each) => sum + each.bytes, 0), minutes };
}

async function incomingBytes(
  client: CloudWatchClient,
  streamArn: string,
  { start, now, period }: { start: number; now: number; period: number },
) {
  const Dimensions = [{ Name: 'DeliveryStreamName', Value: streamArn.split('/').at(-1) ?? '' }];
  const Metric = { Namespace: 'AWS/Firehose', MetricName: 'IncomingBytes', Dimensions };
  const query = {
    StartTime: new Date(start),
    EndTime: new Date(now),
    MetricDataQueries: [
      { Id: 'bytes', Label: 'IncomingBytes', MetricStat: { Metric, Period: period, Stat: 'Sum' } },
    ],
  };
  const results = await collecting(
    'cloudwatch:GetMetricData',
    paginateGetMetricData({ client }, query),
    (page) => page.MetricDataResults,
  );
  // An answer of 200 may say that it is none.
  const failed = results.find(({ StatusCode = '' }) => FAILED.has(StatusCode));
  if (failed !== undefined) throw new Error(`cloudwatch:GetMetricData: ${failed.StatusCode}`);
  return results.flatMap(({ Timestamps = [], Values = [] }) =>
    Timestamps.map((at, index) => ({ at: at.getTime(), bytes: Values[index] ?? 0 })),
  );
}
