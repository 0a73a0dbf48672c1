import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { expect, test } from '@jest/globals';
import { connection } from '../../services/local-aws/dynamodb.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { weeklyPeak } from './gateway-peaks.ts';

const NOW = Date.UTC(2026, 10, 22, 10);

test('the peak is the largest sum of both directions in one minute', async () => {
  const fake = await FakeAws.start();
  const cloudWatch = new CloudWatchClient(connection(fake.endpoint));
  for (const [minutesAgo, up, down] of [
    [30 * 24 * 60, 900, 900],
    [3, 10, 1],
    [2, 7, 8],
    [1, 1, 10],
  ] as const) {
    const at = NOW - minutesAgo * 60_000;
    const bytes = { BytesInFromSource: up, BytesInFromDestination: down };
    fake.metered.push({ gatewayId: 'nat-0a', at, ...bytes });
  }
  expect(await weeklyPeak(cloudWatch, 'nat-0a', NOW)).toBe(15);
  expect(await weeklyPeak(cloudWatch, 'nat-0b', NOW)).toBeUndefined();
  fake.stop();
});
