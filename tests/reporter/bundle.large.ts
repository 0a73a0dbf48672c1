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

/** A machine may be busy. */
jest.setTimeout(30_000);

const ID = `${GATEWAY}-20261122T101430Z-3`;
/** Its lines end long before it does, so that the archive has it in two hours. */
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
      NATFLOW_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:topic',
      ...env,
    },
  });
}

/** Puts lines where the stream would, had their first one come at that time of the day. */
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

test("a recording's report is made of its two hours of the archive, kept, and told", async () => {
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
      summary: '81.6% by 10.20.3.41 (etl-worker-7) to S3, $190/day',
      cost: expect.any(Number),
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
    { subject: `[natflow] prod-egress-a: ${recordings[0]?.summary}` },
  ]);
  expect(aws.mails[0]?.body).toMatch(/^SURE\? +Flows explain 98\.6% of the bytes/m);
  expect(aws.mails[0]?.body).toContain(
    `LATER    npx natflow recordings show ${ID} --html report.html --stack spikes\n` +
      'RAW      s3://archive/flows/2026/11/22/10/\n',
  );
});

test('the link in the mail opens the page without a login', async () => {
  archiveStory();
  await lambda.call(EVENT);
  const [, link = ''] = /^REPORT +(\S+)$/m.exec(aws.mails[0]?.body ?? '') ?? [];
  expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('604800');
  const response = await fetch(link);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await response.text()).toBe(kept('report.html'));
  expect(kept('report.html')).toContain('81.6% by 10.20.3.41');
  expect((await fetch(link.replace(/\?.*/, ''))).status).toBe(403);
});

test('what was reported is listed and shown, by an environment that did not report it', async () => {
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

test('a damaged object is warned of, and the others are reported on', async () => {
  archiveStory();
  archive('10:19:00', Buffer.concat([gzipSync('').subarray(0, 10), Buffer.from('damaged')]));
  const { recordings } = readReporterAnswer(await lambda.call(EVENT));
  expect(recordings).toMatchObject([{ bytes: TOTAL }]);
  const warnings = lambda.logs.filter((line) => line.includes('"WARN"'));
  expect(warnings).toEqual([expect.stringMatching(/s3:\/\/archive\/flows\/\S+-10-19-00-\S+: /)]);
});

test('an object whose connection breaks is read on where it broke', async () => {
  archiveStory();
  s3.faults.push({ how: 'end', after: 500 }, { how: 'reset', after: 300 });
  expect(await lambda.call(EVENT)).toMatchObject({ recordings: [{ bytes: TOTAL }] });
  expect(lambda.logs.filter((line) => line.includes('"WARN"'))).toEqual([]);
});

test('what CloudWatch does not say is missing in the report, and warned of', async () => {
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
    recordings: [{ id: ID, bytes: 0, summary: 'no lines' }],
  });
  expect(aws.mails).toHaveLength(1);
});

test('a gateway that EC2 does not list fails, so that Lambda tries it again', async () => {
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

test('it does not start without knowing its archive, and says all that is wrong', async () => {
  const faulty = reporter({ NATFLOW_ARCHIVE: '', NATFLOW_NAT_PRICE: 'cheap' });
  const { error } = await faulty.invoke(EVENT);
  await faulty.close();
  expect(error?.errorMessage).toContain(
    'settings: NATFLOW_ARCHIVE is not set; NATFLOW_NAT_PRICE: "cheap" is not an amount of dollars',
  );
});
