import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { recordedLines } from '../../tests/support/deliveries.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { openCollector, read } from '../../tests/support/loopback-collector.ts';
import { natflow, PATIENCE_MS } from '../../tests/support/run-natflow.ts';
import { startS3, useS3 } from '../../tests/support/s3.ts';

jest.setTimeout(PATIENCE_MS);

const LINES = recordedLines(100);
const TEXT = LINES.map((line) => `${line}\n`).join('');
const FAILED = LINES.map((line) =>
  JSON.stringify({
    rawData: Buffer.from(JSON.stringify({ message: line })).toString('base64'),
    lambdaARN: 'arn',
    attemptsMade: 4,
  }),
).join('');

const folder = openFolder();
let s3: Awaited<ReturnType<typeof startS3>>;
let collector: Awaited<ReturnType<typeof openCollector>>;

beforeEach(async () => {
  s3 = await startS3();
  collector = await openCollector();
  useS3(s3);
});

afterEach(async () => {
  s3.stop();
  await collector.close();
});

async function dryRun(...args: string[]) {
  const { code, stdout, stderr } = await natflow('replay', '--dry-run', '--json', ...args);
  return { code, stderr, summary: stdout === '' ? undefined : JSON.parse(stdout) };
}

test('all objects below a prefix are sent: of the archive, failed records, and files of AWS', async () => {
  s3.put('archive/flows/2026/11/22/09/a-1-2026-11-22-09-06-07-x.gz', gzipSync(TEXT));
  s3.put('archive/flows/b', gzipSync(`${RECORDING_FORMAT.join(' ')}\n${TEXT}`));
  s3.put('archive/flows/c', FAILED);
  s3.put('archive/flows/d', gzipSync(FAILED));
  s3.put('archive/other', TEXT);
  s3.put('archive2/flows/e', TEXT);
  const { code, stdout } = await natflow(
    ...['replay', '-n', collector.target, '-v', '9', '--legs', 'private', '--json'],
    's3://archive/flows/',
  );
  const summary = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(summary).toMatchObject({ flows: 400, records: 200, malformed: 0 });
  const { flows, troubles } = read(await collector.received(summary.datagrams));
  expect(troubles).toEqual([]);
  expect(flows).toHaveLength(200);
});

test('objects are selected by the time in their keys, else by their last modification', async () => {
  const written = new Date('2026-11-22T12:00:00Z');
  s3.put('archive/n-1-2026-11-22-09-59-59-early', TEXT, written);
  s3.put('archive/n-1-2026-11-22-10-00-00-first', TEXT, written);
  s3.put('archive/1_vpcflowlogs_r_fl-1_20261122T1030Z_0a.log', TEXT, written);
  s3.put('archive/n-1-2026-11-22-11-00-00-late', TEXT, written);
  s3.put('archive/without-time', TEXT, new Date('2026-11-22T10:59:59Z'));
  s3.put('archive/without-time-late', TEXT, written);
  const times = ['--since', '2026-11-22T10:00', '--until', '2026-11-22T12:00+01:00'];
  const { code, summary } = await dryRun(...times, 's3://archive');
  expect({ code, flows: summary.flows }).toEqual({ code: 0, flows: 300 });
});

const ROOTS = [
  'AWSLogs/111111111111/vpcflowlogs/us-east-1/2026/11/22/',
  'AWSLogs/111111111111/vpcflowlogs/us-east-1/2026/11/21/',
  'AWSLogs/111111111111/vpcflowlogs/eu-west-1/2026/11/22/',
  'AWSLogs/222222222222/vpcflowlogs/us-east-1/2026/11/22/',
  'AWSLogs/222222222222/vpcflowlogs/us-east-1/2025/11/22/',
  'AWSLogs/aws-account-id=111111111111/aws-service=vpcflowlogs/aws-region=us-east-1/year=2026/month=11/day=22/hour=10/',
  'AWSLogs/aws-account-id=111111111111/aws-service=vpcflowlogs/aws-region=us-east-1/year=2026/month=11/day=22/hour=15/',
];

test('of a whole prefix, folders that cannot have what is asked for are not listed', async () => {
  for (const root of ROOTS) {
    s3.put(`central/${root}1_vpcflowlogs_x_fl-1_20261122T1030Z_a.log`, TEXT);
    s3.put(`central/${root}other.log`, TEXT, new Date('2026-11-22T10:31Z'));
  }
  s3.put('central/AWSLogs/aws-logs-write-test', 'Permission Check Successful');
  const asked = [
    ...['--since', '2026-11-22T10:00Z', '--until', '2026-11-22T11:00Z'],
    ...['--account', '111111111111', '--region', 'us-east-1'],
  ];
  const { code, summary } = await dryRun(...asked, 's3://central/AWSLogs/');
  expect({ code, flows: summary.flows }).toEqual({ code: 0, flows: 400 });
  expect(s3.lists.join('\n')).not.toMatch(/222222222222|eu-west-1|2025|11\/21|hour=15/);
  const all = await dryRun('s3://central/AWSLogs/');
  expect(all.summary.flows).toBe(2 * ROOTS.length * 100);
});

test('a time may be relative to now', async () => {
  s3.put('archive/old', TEXT, new Date(Date.now() - 3 * 3_600_000));
  s3.put('archive/new', TEXT, new Date(Date.now() - 3_600_000));
  const { summary } = await dryRun('--since', '2h', '--until', '30m', 's3://archive/');
  expect(summary.flows).toBe(100);
});

test.each<[string[], number, string]>([
  [['s3://archive/nothing'], 1, 'no objects at s3://archive/nothing'],
  [['--since', '1m', 's3://archive/'], 1, 'no objects at s3://archive/ in that time'],
  [['s3://'], 2, 's3:// is not s3://bucket/prefix'],
  [['--since', 'yesterday', 's3://archive/'], 2, '--since yesterday is not a time'],
  [['--since', '1h', 'file.log'], 2, '--since and --until choose among objects in S3'],
  [['--speed', '0', 's3://archive/'], 2, '--speed 0 is not a number above 0'],
  [['--shift', 'then', 's3://archive/'], 2, '--shift then is not now'],
])('%j is told in a sentence', async (args, code, sentence) => {
  s3.put('archive/old', TEXT, new Date(0));
  const ended = await dryRun(...args);
  expect(ended).toMatchObject({ code, stderr: expect.stringContaining(sentence) });
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});

test('an object that breaks off is reported with its name', async () => {
  s3.put('archive/broken.gz', gzipSync(TEXT).subarray(0, 1000));
  const { code, stderr } = await dryRun('s3://archive/');
  expect(code).toBe(1);
  expect(stderr).toContain('s3://archive/broken.gz: damaged gzip');
});

test('an object whose connection breaks or stalls is resumed, without duplicate flows', async () => {
  s3.put('archive/a', gzipSync(TEXT));
  s3.faults.push({ how: 'end', after: 1000 }, { how: 'hang', after: 500 });
  const { code, stderr, summary } = await dryRun('s3://archive/');
  expect({ code, stderr, flows: summary.flows }).toEqual({ code: 0, stderr: '', flows: 100 });
  expect(s3.reads).toEqual([undefined, 'bytes=1000-', 'bytes=1500-']);
});

test('an object that is replaced while it is read is reported once, with its name', async () => {
  s3.put('archive/a', TEXT);
  s3.faults.push({ how: 'end', after: 1000 }, { how: 'replaced' });
  const { code, stderr } = await dryRun('s3://archive/');
  expect(code).toBe(1);
  expect(stderr).toBe('natflow: s3://archive/a: the object was replaced while it was being read\n');
});

test('a file of failed records can be replayed and parsed', async () => {
  const path = folder.write('failed.json', FAILED);
  expect((await dryRun(path)).summary).toMatchObject({ flows: 100, malformed: 0 });
  const { stdout } = await natflow('parse', path);
  expect(stdout.trimEnd().split('\n')).toHaveLength(100);
});

test('the recorded rhythm is kept, with present times on request', async () => {
  const start = 1_700_000_000;
  const line = (at: number) =>
    `2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 840 ${start + at - 5} ${start + at} ACCEPT OK`;
  const path = folder.write('rhythm.log', [0, 0, 60, 120].map(line).join('\n'));
  const began = Date.now();
  const sending = natflow(
    ...['replay', '-n', collector.target, '-v', 'ipfix', '--speed', '60', '--shift', 'now', path],
  );
  await collector.received(1);
  const first = Date.now();
  const datagrams = await collector.received(3);
  const took = Date.now() - first;
  expect((await sending).code).toBe(0);
  const { flows } = read(datagrams);
  const ends = flows.map((flow) => Number(BigInt(flow.time_flow_end_ns ?? 0) / 1_000_000_000n));
  const starts = flows.map((flow) => Number(BigInt(flow.time_flow_start_ns ?? 0) / 1_000_000_000n));
  expect(took).toBeGreaterThan(1900);
  expect(ends.map((end, i) => end - (starts[i] ?? 0))).toEqual([5, 5, 5, 5]);
  expect(ends.map((end) => end - (ends[0] ?? 0))).toEqual([0, 0, 1, 2]);
  expect(Math.abs((ends[0] ?? 0) - began / 1000)).toBeLessThan(30);
});
