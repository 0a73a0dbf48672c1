import { type CloudWatchClient, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { type EC2Client, paginateDescribeNatGateways } from '@aws-sdk/client-ec2';
import {
  BYTES_DOWN_METRIC,
  BYTES_UP_METRIC,
  NAT_GATEWAY_DIMENSION,
  NAT_GATEWAY_NAMESPACE,
} from '../gateway/nat-gateway.ts';
import { findSources } from './continuous-sources.ts';
import { collecting } from './refusal.ts';

interface Traffic {
  readonly weekBytes: number;
  readonly isWhole: boolean;
}

/** A metric of bytes: its namespace, name and dimensions. */
interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const DAY_S = 86_400;
const WEEK_MS = 7 * 1000 * DAY_S;

/**
 * What CloudWatch metered of a continuous source in the week before `now`: all of a transit gateway or an
 * attachment, of a VPC or subnet what its NAT gateways processed; undefined when nothing in it is metered.
 * https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-cloudwatch-metrics.html
 */
export async function sourceTraffic(
  ec2: EC2Client,
  cloudWatch: CloudWatchClient,
  id: string,
  now = Date.now(),
): Promise<Traffic | undefined> {
  const isWhole = id.startsWith('tgw-');
  const metrics = isWhole ? await transitMetrics(ec2, id) : await gatewayMetrics(ec2, id);
  if (metrics.length === 0) return undefined;
  const weekBytes = await sum(cloudWatch, metrics, now);
  return weekBytes === undefined ? undefined : { weekBytes, isWhole };
}

async function transitMetrics(ec2: EC2Client, id: string): Promise<Metric[]> {
  const [found] = await findSources(ec2, [id]);
  const [whole] = found?.partOf ?? [];
  const dimensions: Record<string, string> =
    whole === undefined
      ? { TransitGateway: id }
      : { TransitGateway: whole, TransitGatewayAttachment: id };
  // Bytes in alone count each byte of a transit gateway once; an attachment has another end.
  const names = whole === undefined ? ['BytesIn'] : ['BytesIn', 'BytesOut'];
  return names.map((name) => ({ namespace: 'AWS/TransitGateway', name, dimensions }));
}

async function gatewayMetrics(ec2: EC2Client, id: string): Promise<Metric[]> {
  const filter = { vpc: 'vpc-id', subnet: 'subnet-id' }[id.split('-')[0] ?? ''];
  if (filter === undefined) return [];
  const pages = paginateDescribeNatGateways(
    { client: ec2 },
    { Filter: [{ Name: filter, Values: [id] }] },
  );
  const found = await collecting('ec2:DescribeNatGateways', pages, (page) => page.NatGateways);
  return found.flatMap(({ NatGatewayId = '' }) =>
    [BYTES_UP_METRIC, BYTES_DOWN_METRIC].map((name) => ({
      namespace: NAT_GATEWAY_NAMESPACE,
      name,
      dimensions: { [NAT_GATEWAY_DIMENSION]: NatGatewayId },
    })),
  );
}

/** Undefined without data points. */
async function sum(
  client: CloudWatchClient,
  metrics: readonly Metric[],
  now: number,
): Promise<number | undefined> {
  const queries = metrics.map(({ namespace, name, dimensions }, index) => ({
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: DAY_S,
      Stat: 'Sum',
    },
  }));
  const input = {
    StartTime: new Date(now - WEEK_MS),
    EndTime: new Date(now),
    MetricDataQueries: queries,
  };
  const results = await collecting(
    'cloudwatch:GetMetricData',
    paginateGetMetricData({ client }, input),
    (page) => page.MetricDataResults,
  );
  const values = results.flatMap(({ Values = [] }) => Values);
  return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0);
}
