import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { readReporterAnswer } from '../../shared/contract/reporter.ts';
import { startS3 } from '../support/s3.ts';
import {
  GATEWAY,
  INTERFACE,
  reportOn,
  START,
  storyLines,
  storyMetrics,
  storyNetwork,
} from './story.ts';

/** Generous, because the machine may be busy. */
jest.setTimeout(30_000);

const ID = `${GATEWAY}-20261122T101430Z-3`;
/** A recording over two hours of the archive, whose lines end long before it does. */
const recording = {
  id: ID,
  gatewayId: GATEWAY,
  gatewayName: 'prod-egress-a',
  startedAt: START * 1000,
  endedAt: Date.UTC(2026, 10, 22, 10, 58),
  threshold: 2 ** 30,
  recordingsLeft: '7 of 10',
};
const EVENT = { command: 'report', recording };

const LINES = storyLines().trimEnd().split('\n').slice(1);
const TOTAL = Number(reportOn(storyLines()).totals.forwarded.bytes);

const [DOWN, UP] = storyMetrics().MetricDataResults;
const METERED = DOWN?.Timestamps.map((time, i) => ({
  gatewayId: GATEWAY,
  at: Date.parse(time),
  BytesInFromSource: UP?.Values[i] ?? 0,
  BytesInFromDestination: DOWN.Values[i] ?? 0,
}));

let s3: Awaited<ReturnType<typeof startS3>>;
let aws: FakeAws;
let lambda: LambdaFunction;

beforeAll(async () => {
  await buildChanged(['reporter']);
}, 60_000);

beforeEach(async () => {
  s3 = await startS3();
  aws = await FakeAws.start();
  aws.ec2.gateways.set(GATEWAY, { interfaces: [INTERFACE] });
  aws.ec2.network = storyNetwork();
  aws.metered.push(...(METERED ?? []));
  lambda = reporter();
});

afterEach(async () => {
  await lambda.close();
  aws.stop();
  s3.stop();
});

function reporter(env: Record<string, string> = {}): LambdaFunction {
  return new LambdaFunction({
    bundle: join(import.meta.dirname, '../../dist/reporter'),
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      NATFLOW_STACK: 'spikes',
      NATFLOW_ARCHIVE: 'archive',
      NATFLOW_TABLE: 'state',
      NATFLOW_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:topic',
      ...env,
    },
  });
}

/** Writes lines as the stream would, with their first line arriving at that time of day. */
function archive(time: string, lines: string | readonly string[] | Uint8Array): void {
  const [hour, minute, second] = time.split(':');
  const key = `flows/2026/11/22/${hour}/stream-1-2026-11-22-${hour}-${minute}-${second}-0a1b.log.gz`;
  const text = Array.isArray(lines) ? `${lines.join('\n')}\n` : (lines as string);
  s3.put(`archive/${key}`, lines instanceof Uint8Array ? lines : gzipSync(text));
}

/** The story, in five objects of two hours. */
function archiveStory(): void {
  const fifth = Math.ceil(LINES.length / 5);
  for (const [i, time] of ['10:16:01', '10:18:02', '10:20:03', '10:28:59', '11:12:59'].entries()) {
    archive(time, LINES.slice(i * fifth, (i + 1) * fifth));
  }
}

function kept(file: string): string {
  const { body } = s3.objects.get(`archive/reports/${ID}/${file}`) ?? {};
  return Buffer.from(body instanceof Uint8Array ? body : []).toString();
}

test('the report of a recording is made from two hours of the archive, stored, and mailed', async () => {
  archiveStory();
  for (const time of ['09:59:59', '10:13:29', '11:13:00', '12:00:00']) archive(time, LINES);
  const { recordings = [] } = readReporterAnswer(await lambda.call(EVENT));
  expect(recordings).toEqual([
    {
      id: ID,
      gateway: 'prod-egress-a',
      start: '2026-11-22T10:14:30.000Z',
      seconds: 850,
      bytes: TOTAL,
      summary: '$1.42 etl-worker-7 → S3, 75.7% of 41.60 GiB',
      cost: expect.any(Number),
      recordingCost: expect.any(Number),
    },
  ]);
  const logged = lambda.logs.filter((line) => line.includes('"reported"'));
  expect(logged.map((line) => JSON.parse(line))).toMatchObject(recordings);
  expect(JSON.parse(kept('report.json'))).toMatchObject({
    region: { name: 'us-east-1' },
    gateway: { id: GATEWAY, name: 'prod-egress-a', interfaces: [INTERFACE] },
    timeline: { threshold: 2 ** 30 },
  });
  expect(aws.mails).toMatchObject([
    { subject: `${recordings[0]?.summary.replace('→', '->')} (prod-egress-a)` },
  ]);
  expect(aws.mails[0]?.body).toMatch(/ Flows explain 98\.6% of the bytes CloudWatch metered\.$/m);
  expect(aws.mails[0]?.body).toContain(
    `\nCopy the report:\naws s3 cp s3://archive/reports/${ID}/report.html . --region us-east-1\n` +
      'List the flow log lines of its first hour:\naws s3 ls s3://archive/flows/2026/11/22/10/ --region us-east-1\n',
  );
});

test('the link in the mail opens the page without a login', async () => {
  archiveStory();
  await lambda.call(EVENT);
  const [, link = ''] =
    /^Report \(a link lasts some hours\): (\S+)$/m.exec(aws.mails[0]?.body ?? '') ?? [];
  expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('604800');
  const response = await fetch(link);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await response.text()).toBe(kept('report.html'));
  expect(kept('report.html')).toContain('$1.42 etl-worker-7 → S3');
  expect((await fetch(link.replace(/\?.*/, ''))).status).toBe(403);
});

test('reports are listed and shown by an environment that did not make them', async () => {
  archiveStory();
  const reported = await lambda.call(EVENT);
  const other = `${GATEWAY}-20261122T150000Z-4`;
  await lambda.call({ command: 'report', recording: { ...recording, id: other } });
  await lambda.kill(0);
  const { recordings = [] } = readReporterAnswer(await lambda.call({ command: 'list' }));
  expect(recordings.map(({ id }) => id)).toEqual([other, ID]);
  expect({ recordings: recordings.slice(1) }).toEqual(reported);
  const { shown } = readReporterAnswer(await lambda.call({ command: 'show', id: ID }));
  expect(shown?.report).toEqual(JSON.parse(kept('report.json')));
  expect(shown?.html).toBe(kept('report.html'));
  expect(await (await fetch(shown?.link ?? '')).text()).toBe(shown?.html);
  expect(await lambda.call({ command: 'show', id: 'unknown' })).toEqual({});
});

test("buckets of other regions are told apart by AWS's address ranges, and a repeated spike is counted", async () => {
  archiveStory();
  const east = { ip_prefix: '52.216.0.0/15', region: 'us-east-1', service: 'S3' };
  const west = { ip_prefix: '52.216.9.0/24', region: 'eu-west-1', service: 'S3' };
  s3.put('archive/ranges', JSON.stringify({ prefixes: [east, west], ipv6_prefixes: [] }));
  await lambda.close();
  lambda = reporter({
    NATFLOW_IP_RANGES_URL: `${s3.endpoint}/archive/ranges?X-Amz-Signature=1`,
    NATFLOW_DASHBOARD_URL: 'https://dashboard',
  });
  for (const [index, id] of [ID, `${GATEWAY}-20261123T150000Z-4`].entries()) {
    await lambda.call({ command: 'report', recording: { ...recording, id } });
    const { body = '' } = aws.mails[index] ?? {};
    expect(body).toContain('; S3 (eu-west-1) 11.30 GiB, 27.2%; ');
    expect(body).toContain('\nDashboard: https://dashboard\n');
    expect(body.includes(' The 2 reports of this gateway in 2026-11: $3.74 together.')).toBe(
      index === 1,
    );
  }
});

test('a month lists its own recordings', async () => {
  archiveStory();
  await lambda.call(EVENT);
  const listed = async (month: string) =>
    readReporterAnswer(await lambda.call({ command: 'list', month })).recordings?.length;
  expect([await listed('2026-11'), await listed('2026-10')]).toEqual([1, 0]);
  await expect(lambda.call({ command: 'list', month: '2026' })).rejects.toThrow(
    'request for a report: month is "2026", a month like 2026-11 was expected',
  );
});

test('a damaged object is warned of, and the others are reported on', async () => {
  archiveStory();
  archive('10:19:00', Buffer.concat([gzipSync('').subarray(0, 10), Buffer.from('damaged')]));
  const { recordings } = readReporterAnswer(await lambda.call(EVENT));
  expect(recordings).toMatchObject([{ bytes: TOTAL }]);
  const warnings = lambda.logs.filter((line) => line.includes('"WARN"'));
  expect(warnings).toEqual([expect.stringMatching(/s3:\/\/archive\/flows\/\S+-10-19-00-\S+: /)]);
});

test('an object whose connection breaks is resumed', async () => {
  archiveStory();
  s3.faults.push({ how: 'end', after: 500 }, { how: 'reset', after: 300 });
  expect(await lambda.call(EVENT)).toMatchObject({ recordings: [{ bytes: TOTAL }] });
  expect(lambda.logs.filter((line) => line.includes('"WARN"'))).toEqual([]);
});

test('metrics that CloudWatch does not return are missing in the report, with a warning', async () => {
  archiveStory();
  aws.faults.push({ call: 'GetMetricData', how: { code: 'AccessDenied', status: 400 } });
  await lambda.call(EVENT);
  expect(JSON.parse(kept('report.json')).reconciliation).toBeUndefined();
  expect(lambda.logs.filter((line) => line.includes('"WARN"'))).toEqual([
    expect.stringContaining('cloudwatch:GetMetricData'),
  ]);
});

test('a recording without a line has a report that says so', async () => {
  expect(await lambda.call(EVENT)).toMatchObject({
    recordings: [{ id: ID, bytes: 0, summary: 'No lines in this recording' }],
  });
  expect(aws.mails).toHaveLength(1);
});

test('the report of a gateway that EC2 does not list fails, so that Lambda retries it', async () => {
  archiveStory();
  aws.ec2.gateways.clear();
  await expect(lambda.call(EVENT)).rejects.toThrow(
    `Error: EC2 does not list NAT gateway ${GATEWAY}`,
  );
  expect([kept('report.html'), aws.mails]).toEqual(['', []]);
  aws.ec2.gateways.set(GATEWAY, { interfaces: [INTERFACE] });
  expect(await lambda.call(EVENT)).toMatchObject({ recordings: [{ id: ID, bytes: TOTAL }] });
});

test.each([
  [{}, 'command is missing'],
  [{ command: 'report', recording: { id: ID } }, 'recording.gatewayId is missing'],
  [{ command: 'show', id: '../a' }, 'id is "../a", an id was expected'],
])(
  'an event that asks for nothing that can be done fails with a sentence: %j',
  async (event, fault) => {
    await expect(lambda.call(event)).rejects.toThrow(`Error: request for a report: ${fault}`);
  },
);

test('without its archive the reporter does not start, and reports all faults of its settings', async () => {
  const faulty = reporter({ NATFLOW_ARCHIVE: '', NATFLOW_NAT_PRICE: 'cheap' });
  const { error } = await faulty.invoke(EVENT);
  await faulty.close();
  expect(error?.errorMessage).toContain(
    'settings: NATFLOW_ARCHIVE is not set; NATFLOW_NAT_PRICE: "cheap" is not an amount of dollars',
  );
});
