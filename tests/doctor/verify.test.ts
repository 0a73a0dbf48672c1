import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RunError } from '../../services/cli/errors.ts';
import { verifyRecording } from '../../services/cli/verify.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { FolderBucket } from '../../services/local-aws/folder-bucket.ts';
import { answer } from '../../services/reporter/answer.ts';
import { MONTH_MAIL_CODEC } from '../../services/reporter/month.ts';
import { portsOf } from '../../services/reporter/ports.ts';
import { reporterPorts } from '../../shared/aws/reporter-ports.ts';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { reporterSettings } from '../../shared/settings/reporter.ts';
import { GATEWAY, INTERFACE, START, storyLines, storyMetrics } from '../reporter/story.ts';
import { openFolder } from '../support/folder.ts';
import { ARCHIVE, controllerEnvironment } from './local-stack.ts';

const MINUTE = 60_000;
const STARTED = START * 1000;
const ID = `${GATEWAY}-20261122T101430Z-1`;
const [, ...LINES] = storyLines().trimEnd().split('\n');

const folder = openFolder();
const environment = { ...process.env };
let aws: FakeAws;
let bucket: FolderBucket;

beforeEach(async () => {
  aws = await FakeAws.start();
  bucket = new FolderBucket(folder.path);
  aws.buckets.set(ARCHIVE, bucket);
  aws.ec2.gateways.set(GATEWAY, { interfaces: [INTERFACE] });
  Object.assign(process.env, controllerEnvironment(aws.endpoint));
});
afterEach(async () => {
  for (const { key } of await bucket.list('')) await bucket.remove(key);
  aws.stop();
  process.env = { ...environment };
});

/** Verifies the recording with the reporter's own code; `happens` is what comes about at each minute. */
async function verify(happens: (minute: number) => unknown, minutes = 15) {
  let now = STARTED;
  const sentences: string[] = [];
  const NATFLOW_TOPIC_ARN = 'arn:aws:sns:eu-west-1:123456789012:natflow';
  const settings = {
    ...reporterSettings({ ...process.env, NATFLOW_ARCHIVE: ARCHIVE, NATFLOW_TOPIC_ARN }),
    ...{ version: '0', format: RECORDING_FORMAT },
  };
  const calls = await reporterPorts(settings, MONTH_MAIL_CODEC);
  const ports = portsOf({ ...calls, pageScript: async () => '' }, settings, () => {});
  const invoke = async (name: string, command: object) => {
    expect(name).toBe('natflow-reporter');
    return JSON.parse(JSON.stringify(await answer(command, settings, ports)));
  };
  const sleep = async (ms: number) => {
    const minute = Math.floor(now / MINUTE);
    now += ms;
    if (Math.floor(now / MINUTE) !== minute) await happens(Math.round((now - STARTED) / MINUTE));
  };
  const time = { now: () => now, sleep };
  const write = (sentence: string) => void sentences.push(sentence);
  const deadline = STARTED + minutes * MINUTE;
  const recording = { id: ID, phase: 'recording', cause: 'manual', startedAt: STARTED, deadline };
  const gateway = { gatewayId: GATEWAY, counted: 1, cap: 10, recording };
  const error = await verifyRecording(gateway, { stack: 'natflow', write }, invoke, time).then(
    () => undefined,
    (caught) => caught,
  );
  return { sentences, error };
}

/** Writes an object whose lines come at that minute of the recording. */
async function archive(minute: number, lines: readonly string[]): Promise<void> {
  const time = new Date(STARTED + minute * MINUTE).toISOString();
  const hour = time.slice(0, 13).replace(/[-T]/g, '/');
  const name = `natflow-1-${time.slice(0, 19).replace(/[T:]/g, '-')}-x.log.gz`;
  await bucket.put(`flows/${hour}/${name}`, gzipSync(`${lines.join('\n')}\n`));
}

function meter(): void {
  const [down, up] = storyMetrics().MetricDataResults;
  const minutes = down?.Timestamps.map((stamp, i) => ({
    gatewayId: GATEWAY,
    at: Date.parse(stamp),
    BytesInFromSource: up?.Values[i] ?? 0,
    BytesInFromDestination: down.Values[i] ?? 0,
  }));
  aws.metered.push(...(minutes ?? []));
}

test('the first line is waited for, and the flows are compared with what CloudWatch metered', async () => {
  meter();
  const { sentences, error } = await verify((minute) =>
    minute === 6 ? archive(6, LINES) : undefined,
  );
  expect(error).toBeUndefined();
  expect(sentences).toEqual([
    'waiting for the first line: flow logs begin some minutes after they are made',
    expect.stringMatching(
      /^first line after [56] min \d+ s, of flows since 2026-11-22 10:14:30 UTC$/,
    ),
    expect.stringMatching(
      /^\d\d\.\d\d GiB in \d+ min \d+ s, \d+\.\d% of the \d\d\.\d\d GiB that CloudWatch metered$/,
    ),
  ]);
  const [, percent] = /, ([\d.]+)% of/.exec(sentences.at(-1) ?? '') ?? [];
  // Flows and metrics are cut at different seconds.
  expect(Math.abs(Number(percent) - 100)).toBeLessThan(15);
  expect(aws.mails).toEqual([]);
  expect((await bucket.list('reports/')).length).toBe(0);
});

test('without a line the command fails, and says how long it waited', async () => {
  const { error } = await verify(() => undefined, 1);
  expect(error).toBeInstanceOf(RunError);
  expect(error.message).toMatch(
    /^no flow of nat-0c11aa22bb33cc44d came within 6 min 0 s: .*natflow doctor looks into$/,
  );
});

test('lines without flows are not the first line', async () => {
  const nodata = LINES.filter((line) => line.includes('NODATA'));
  expect(nodata.length).toBeGreaterThan(0);
  const happens = (minute: number) => (minute === 2 ? archive(2, nodata) : undefined);
  const { error } = await verify(happens, 1);
  expect(error.message).toMatch(/^no flow of/);
});

test('what CloudWatch has not metered yet is said', async () => {
  const happens = (minute: number) => (minute === 2 ? archive(2, LINES) : undefined);
  const { sentences, error } = await verify(happens, 0);
  expect(error).toBeUndefined();
  expect(sentences.at(-1)).toMatch(
    /^\d+\.\d\d GiB in \d+ min \d+ s; CloudWatch has metered nothing of that time yet$/,
  );
});
