import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connection } from '../../services/local-aws/dynamodb.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { deliveredBytes } from './delivered-bytes.ts';

const ARN = 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/natflow';
const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 22, 10, 14, 30);
const at = (hour: number, minute: number) => Date.UTC(2026, 10, 22, hour, minute);

let fake: FakeAws;
let client: CloudWatchClient;

beforeAll(async () => {
  fake = await FakeAws.start(() => NOW);
  client = new CloudWatchClient({ ...connection(fake.endpoint), maxAttempts: 1 });
});
beforeEach(() => {
  fake.deployment.incomingBytes = new Map([
    [Date.UTC(2026, 9, 31, 23, 59), 1],
    [Date.UTC(2026, 10, 1), 10],
    [at(9, 4), 100],
    [at(9, 5), 1000],
    [at(10, 10), 10_000],
    [at(10, 11), 100_000],
  ]);
  fake.deployment.metricDelay = 3 * MINUTE;
});
afterAll(() => {
  client.destroy();
  fake.stop();
});

test('bytes are summed since the month began, as far as CloudWatch shows them', async () => {
  const month = Date.UTC(2026, 10);
  expect(await deliveredBytes(client, ARN, month, NOW)).toEqual({
    bytes: 11_110,
    minutes: [{ at: at(10, 10), bytes: 10_000 }],
  });
});

test('after a reset they are summed from the next mark of five minutes', async () => {
  const since = (time: number) => deliveredBytes(client, ARN, time, NOW).then(({ bytes }) => bytes);
  expect(await since(at(9, 3))).toBe(11_000);
  expect(await since(at(9, 6))).toBe(10_000);
  expect(await since(at(10, 12))).toBe(0);
});

test('a stream without bytes has none', async () => {
  fake.deployment.incomingBytes = new Map();
  const none = { bytes: 0, minutes: [] };
  expect(await deliveredBytes(client, ARN, Date.UTC(2026, 10), NOW)).toEqual(none);
});

test('a throttled request is an error that may be retried', async () => {
  fake.faults.push({ call: 'GetMetricData', how: { code: 'ThrottlingException' } });
  await expect(deliveredBytes(client, ARN, Date.UTC(2026, 10), NOW)).rejects.not.toHaveProperty(
    'refused',
  );
});
