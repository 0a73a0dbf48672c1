import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { DEFAULT_FORMAT, RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { recordedLines, wrapped } from '../support/deliveries.ts';
import { freePort } from '../support/free-port.ts';
import { openCollector, read } from '../support/loopback-collector.ts';
import { parquetOf } from '../support/parquet-of.ts';
import { FAULTY_RESOLVER } from '../support/resolver.ts';
import { startS3 } from '../support/s3.ts';

/** Generous, because the machine may be busy. */
jest.setTimeout(30_000);

const LINES = recordedLines(400);
const TEXT = LINES.map((line) => `${line}\n`).join('');
const HEADER = `${RECORDING_FORMAT.join(' ')}\n`;
/** A bucket need not be a NAT gateway's: all flows are sent. */
const FLOWS = 400;

/** Nothing is deleted unless it is told which legs the bucket's files are sent of. */
const DELETES = { NATFLOW_DELETE_AFTER_SUCCESS: 'true', NATFLOW_LEGS: 'all' };
/** AWS's default format does not tell the legs of a NAT gateway. */
const DEFAULT_LINES = [1, 2, 3].map(
  (n) =>
    `2 123456789012 eni-1 10.20.${n}.7 198.51.100.${n} 4000${n} 443 6 10 1000 1700000000 1700000060 ACCEPT OK\n`,
);

let s3: Awaited<ReturnType<typeof startS3>>;
let collector: Awaited<ReturnType<typeof openCollector>>;
let lambda: LambdaFunction;

beforeAll(async () => {
  await buildChanged(['replayer']);
}, 60_000);

beforeEach(async () => {
  s3 = await startS3();
  collector = await openCollector();
});

afterEach(async () => {
  s3.stop();
  await lambda.close();
  await collector.close();
});

function replayer(env: Record<string, string> = {}, timeoutMs = 10_000): LambdaFunction {
  lambda = new LambdaFunction({
    bundle: join(import.meta.dirname, '../../dist/replayer'),
    timeoutMs,
    env: {
      AWS_ENDPOINT_URL: s3.endpoint,
      NATFLOW_COLLECTORS: collector.target,
      NATFLOW_VERSION: 'ipfix',
      ...env,
    },
  });
  return lambda;
}

const notification = (key: string) => ({
  Records: [
    {
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'archive' }, object: { key: encodeURIComponent(key) } },
    },
  ],
});
const queued = (...keys: string[]) => ({
  Records: keys.map((key) => ({
    eventSource: 'aws:sqs',
    messageId: `message of ${key}`,
    body: JSON.stringify(notification(key)),
  })),
});
const failedRecord = (raw: string | Uint8Array) =>
  JSON.stringify({ attemptsMade: 1, rawData: Buffer.from(raw).toString('base64'), lambdaArn: '' });

test.each<[string, string | Uint8Array]>([
  ['a flow log file as AWS delivers it', gzipSync(HEADER + TEXT)],
  ['an object of the archive', gzipSync(TEXT)],
  ['an object that is not compressed', TEXT],
  [
    'several gzip members',
    Buffer.concat([gzipSync(HEADER + TEXT.slice(0, 5000)), gzipSync(TEXT.slice(5000))]),
  ],
  ['failed records', gzipSync(LINES.map((line) => `${failedRecord(wrapped(line))}\n`).join(''))],
  ['failed records without separators', LINES.map((line) => failedRecord(line)).join('')],
  ['a compressed failed record', failedRecord(gzipSync(TEXT))],
  ['a Parquet file', parquetOf(RECORDING_FORMAT, LINES)],
])('%s goes to the collector once', async (_, body) => {
  s3.put('archive/flows/2026/a b+c.gz', body);
  const answer = await replayer().call(queued('flows/2026/a b+c.gz'));
  expect(answer).toEqual({ batchItemFailures: [] });
  const [datagrams = 0] = metric('DatagramsSent');
  const { flows, troubles } = read(await collector.received(datagrams));
  expect(troubles).toEqual([]);
  expect(flows).toHaveLength(FLOWS);
  expect(s3.objects.size).toBe(1);
});

function metric(name: string): number[] {
  return lambda.metrics.map(({ values }) => values[name] ?? Number.NaN);
}

test('exactly the messages whose objects failed are redelivered', async () => {
  s3.put('archive/good.gz', gzipSync(TEXT));
  s3.put('archive/damaged.gz', gzipSync(TEXT).subarray(0, 3000));
  s3.put('archive/parquet', 'PAR1 and so on');
  s3.put('archive/last', TEXT);
  const event = queued('good.gz', 'damaged.gz', 'missing', 'parquet', 'last');
  const env = { ...DELETES };
  expect(await replayer(env).call(event)).toEqual({
    batchItemFailures: [
      { itemIdentifier: 'message of damaged.gz' },
      { itemIdentifier: 'message of parquet' },
    ],
  });
  expect([...s3.objects.keys()]).toEqual(['archive/damaged.gz', 'archive/parquet']);
  expect(metric('ObjectsDeleted')).toEqual([2]);
  expect(metric('ObjectsMissing')).toEqual([1]);
});

test.each([
  ['all its flows are sent, and it is kept as long as no legs are told', {}, 3, 1],
  [
    'it is deleted once its flows of the legs that are told were sent',
    { NATFLOW_LEGS: 'all' },
    3,
    0,
  ],
  ['it is kept when none was, and a metric counts them', { NATFLOW_LEGS: 'private' }, 0, 1],
])('of an object in the default format: %s', async (_, env, sent, kept) => {
  s3.put('archive/a', [`${DEFAULT_FORMAT.join(' ')}\n`, ...DEFAULT_LINES].join(''));
  const told = { NATFLOW_DELETE_AFTER_SUCCESS: 'true', ...env };
  expect(await replayer(told).call(queued('a'))).toEqual({ batchItemFailures: [] });
  const [datagrams = 0] = metric('DatagramsSent');
  expect(read(await collector.received(datagrams)).flows).toHaveLength(sent);
  expect([metric('FlowsReplayed'), metric('FlowsOtherLeg')]).toEqual([[sent], [3 - sent]]);
  expect(s3.objects.size).toBe(kept);
});

test('an object that every collector refused has failed and is not deleted', async () => {
  s3.put('archive/a', TEXT);
  const env = {
    NATFLOW_COLLECTORS: `127.0.0.1:${await freePort()},collector.invalid:2055`,
    ...DELETES,
  };
  expect(await replayer(env).call(queued('a'))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message of a' }],
  });
  expect([...s3.objects.keys()]).toEqual(['archive/a']);
  // The socket to a closed port takes at least the first datagram.
  expect(metric('DatagramsSent')[0]).toBeGreaterThan(0);
});

test('a name that takes two seconds to resolve does not lose flows of the first object', async () => {
  s3.put('archive/a', TEXT);
  const env = {
    ...FAULTY_RESOLVER,
    NATFLOW_COLLECTORS: `collector.slow:${collector.address.port}`,
    ...DELETES,
  };
  expect(await replayer(env).call(queued('a'))).toEqual({ batchItemFailures: [] });
  const [datagrams = 0] = metric('DatagramsSent');
  expect(read(await collector.received(datagrams)).flows).toHaveLength(FLOWS);
  expect(metric('FlowsReplayed')).toEqual([FLOWS]);
  expect(s3.objects.size).toBe(0);
});

test('a name that never resolves does not affect the other collector, and is not counted', async () => {
  s3.put('archive/a', TEXT);
  const env = {
    ...FAULTY_RESOLVER,
    NATFLOW_COLLECTORS: `collector.silent:2055,${collector.target}`,
    ...DELETES,
  };
  expect(await replayer(env, 20_000).call(queued('a'))).toEqual({ batchItemFailures: [] });
  const [datagrams = 0] = metric('DatagramsSent');
  expect(read(await collector.received(datagrams)).flows).toHaveLength(FLOWS);
  expect(metric('FlowsReplayed')).toEqual([FLOWS]);
  expect([...s3.objects.keys()]).toEqual(['archive/a']);
}, 30_000);

test('flows that no socket took are not counted as replayed', async () => {
  s3.put('archive/a', TEXT);
  await replayer({ NATFLOW_COLLECTORS: 'collector.invalid:2055' }).call(queued('a'));
  for (const name of ['FlowsReplayed', 'DatagramsSent', 'BytesExported', 'ObjectsReplayed']) {
    expect(metric(name)).toEqual([0]);
  }
  expect(metric('ObjectsFailed')).toEqual([1]);
});

test('an object that one of two collectors refused is not sent again, and not deleted', async () => {
  s3.put('archive/a', TEXT);
  const env = {
    NATFLOW_COLLECTORS: `${collector.target},127.0.0.1:${await freePort()}`,
    ...DELETES,
  };
  expect(await replayer(env).call(queued('a'))).toEqual({ batchItemFailures: [] });
  expect([...s3.objects.keys()]).toEqual(['archive/a']);
});

test('an object with malformed lines is not deleted', async () => {
  s3.put('archive/a', `${TEXT}x y\n`);
  const env = { ...DELETES };
  expect(await replayer(env).call(queued('a'))).toEqual({ batchItemFailures: [] });
  expect([...s3.objects.keys()]).toEqual(['archive/a']);
});

test('an event without a queue fails as a whole, so that Lambda retries it', async () => {
  s3.put('archive/a', 'PAR1');
  await expect(replayer().call(notification('a'))).rejects.toThrow(
    /s3:\/\/archive\/a: damaged Parquet/,
  );
});

test('objects that miss the deadline are redelivered', async () => {
  s3.put('archive/a', TEXT.repeat(10));
  s3.put('archive/b', TEXT);
  expect(await replayer({ NATFLOW_RATE: '1000' }, 2000).call(queued('a', 'b'))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message of a' }, { itemIdentifier: 'message of b' }],
  });
});

test('an object whose connection breaks is sent completely and once', async () => {
  s3.put('archive/a', gzipSync(TEXT));
  s3.faults.push({ how: 'reset', after: 2000 }, { how: 'end', after: 1000 });
  expect(await replayer().call(queued('a'))).toEqual({ batchItemFailures: [] });
  const [datagrams = 0] = metric('DatagramsSent');
  const { flows, troubles } = read(await collector.received(datagrams));
  expect({ flows: flows.length, troubles }).toEqual({ flows: FLOWS, troubles: [] });
  expect(s3.reads).toHaveLength(3);
});

test('an object that stalls does not affect others in its queue', async () => {
  s3.put('archive/a', TEXT);
  s3.put('archive/silent', TEXT);
  const lambda = replayer({}, 4000);
  const event = queued('a', 'silent');
  // The first reservation is for the complete object.
  s3.faults.push({ how: 'end', after: TEXT.length }, { how: 'hang', after: 1000 });
  expect(await lambda.call(event)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message of silent' }],
  });
  expect(lambda.logs.join()).toContain('s3://archive/silent: no time left to go on');
});

test('the replayer does not start without a collector', async () => {
  const { error } = await replayer({ NATFLOW_COLLECTORS: '', NATFLOW_RATE: 'x' }).invoke({});
  expect(error?.errorMessage).toContain('NATFLOW_COLLECTORS is not set; NATFLOW_RATE');
});
