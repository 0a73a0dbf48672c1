import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { FirehoseTransformationResult } from 'aws-lambda';
import type { Bundle } from '../../infra/build.ts';
import { buildChanged } from '../../infra/build-changed.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { readDeliveryReport } from '../../shared/contract/delivery-report.ts';
import { archived, delivery, recordedLines, wrapped } from '../support/deliveries.ts';
import { freePort } from '../support/free-port.ts';
import { openCollector, read } from '../support/loopback-collector.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/forwarder');
const LINE =
  '5 123456789012 eni-0a11bb22cc33dd44e 10.20.0.7 203.0.113.9 1024 443 6 9 840 1795338000 1795338060 ACCEPT OK';
const ENVIRONMENT = {
  NATFLOW_LOG_FORMAT:
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
  NATFLOW_LEGS: 'all',
};

const functions: LambdaFunction[] = [];

function forwarder(env: Record<string, string> = {}, timeoutMs = 10_000): LambdaFunction {
  const created = new LambdaFunction({
    bundle: BUNDLE,
    env: { ...ENVIRONMENT, ...env },
    timeoutMs,
  });
  functions.push(created);
  return created;
}

async function deliver(lambda: LambdaFunction, ...contents: string[]) {
  return (await lambda.call(delivery(...contents))) as FirehoseTransformationResult;
}

/** The values of a metric, one per delivery. */
function metric(lambda: LambdaFunction, name: string): (number | undefined)[] {
  return lambda.metrics.map(({ values }) => values[name]);
}

let sizes: Bundle[];

beforeAll(async () => {
  sizes = await buildChanged(['forwarder']);
}, 60_000);

afterEach(async () => {
  await Promise.all(functions.splice(0).map((each) => each.close()));
});

test.each(['5', '9', '10'])(
  'version %s: 200 deliveries, frozen in between, to a collector given by name lose no datagram',
  async (version) => {
    const collector = await openCollector();
    const lambda = forwarder({
      NATFLOW_COLLECTORS: `localhost:${collector.address.port}`,
      NATFLOW_VERSION: version,
    });
    const lines = Array.from({ length: 70 }, (_, i) => LINE.replace('1024', String(1024 + i)));
    for (let i = 0; i < 200; i++) await deliver(lambda, ...lines.map(wrapped));
    const datagrams = metric(lambda, 'DatagramsSent').reduce<number>(
      (sum, each = 0) => sum + each,
      0,
    );
    const { flows, troubles } = read(await collector.received(datagrams));
    expect(troubles).toEqual([]);
    expect(flows).toHaveLength(200 * 70);
    expect(collector.datagrams).toHaveLength(datagrams);
    await collector.close();
  },
  30_000,
);

test('an empty delivery, which wakes the function or is made by doctor, is answered and counts no records', async () => {
  const lambda = forwarder();
  expect(await lambda.call({ records: [] })).toEqual({ records: [] });
  await deliver(lambda, wrapped(LINE));
  expect(metric(lambda, 'RecordsReceived')).toEqual([undefined, 1]);
});

test('the archive gets every line of a spike, and the collector every flow once', async () => {
  const collector = await openCollector();
  const lambda = forwarder({
    NATFLOW_COLLECTORS: collector.target,
    NATFLOW_VERSION: 'ipfix',
    NATFLOW_LEGS: '',
    NATFLOW_LOG_FORMAT: '',
  });
  const lines = recordedLines(4000);
  const answer = await deliver(lambda, ...lines.map(wrapped));
  expect(archived(answer)).toBe(lines.map((line) => `${line}\n`).join(''));
  const { flows, troubles } = read(await collector.received(1));
  expect(troubles).toEqual([]);
  expect(flows.length).toBeLessThanOrEqual(2000);
  expect(metric(lambda, 'FlowsExported')).toEqual([2000]);
  await collector.close();
});

describe('the answer is the same and in time', () => {
  const lines = [LINE, 'x y', LINE];
  const expected = lines.map((line) => `${line}\n`).join('');

  test.each<[string, () => Promise<string>]>([
    ['with a collector that refuses', async () => `127.0.0.1:${await freePort()}`],
    ['with a collector that does not resolve', async () => 'collector.invalid:2055'],
    ['with a collector that cannot be reached', async () => '240.0.0.1:2055'],
    ['without a collector', async () => ''],
  ])('%s', async (_, collectors) => {
    const lambda = forwarder({ NATFLOW_COLLECTORS: await collectors() });
    for (let i = 0; i < 3; i++) {
      expect(archived(await deliver(lambda, ...lines.map(wrapped)))).toBe(expected);
    }
    expect(metric(lambda, 'RecordsRejected')).toEqual([1, 1, 1]);
  });

  test('with a pace that is too slow, and unsent records are counted', async () => {
    const collector = await openCollector();
    const lambda = forwarder({ NATFLOW_COLLECTORS: collector.target, NATFLOW_RATE: '1500' }, 2000);
    const answer = await deliver(lambda, ...new Array(3000).fill(wrapped(LINE)));
    expect(answer.records).toHaveLength(3000);
    const [exported = 0] = metric(lambda, 'FlowsExported');
    const [unsent = 0] = metric(lambda, 'FlowsUnsent');
    expect(exported + unsent).toBe(3000);
    expect(exported).toBeGreaterThan(100);
    expect(unsent).toBeGreaterThan(2000);
    await collector.close();
  });
});

test('a collector that refuses is logged in one line per delivery beside its metrics, without the content of records', async () => {
  const lambda = forwarder({ NATFLOW_COLLECTORS: `127.0.0.1:${await freePort()}` });
  const lines = Array.from({ length: 300 }, () => wrapped(LINE));
  await deliver(lambda, ...lines);
  await deliver(lambda, ...lines);
  const told = lambda.logs.filter((line) => line.includes('"message":"delivery"'));
  expect(told).toHaveLength(2);
  expect(lambda.logs).toHaveLength(4);
  expect(JSON.parse(told[1] ?? '')).toMatchObject({
    level: 'WARN',
    errors: [{ message: 'connection refused: nothing listens there' }],
  });
});

test('all wrong settings are reported at start', async () => {
  const lambda = forwarder({
    NATFLOW_COLLECTORS: 'here',
    NATFLOW_VERSION: '7',
    NATFLOW_LEGS: 'both',
    NATFLOW_RATE: '0',
    NATFLOW_DOMAIN_BASE: '-1',
    NATFLOW_LOG_FORMAT: 'srcaddr srcaddr',
  });
  const { error } = await lambda.invoke(delivery());
  for (const name of ['VERSION', 'LEGS', 'RATE', 'DOMAIN_BASE', 'LOG_FORMAT']) {
    expect(error?.errorMessage).toContain(`NATFLOW_${name}`);
  }
});

test('metrics have the stack as their only dimension', async () => {
  const lambda = forwarder({ NATFLOW_STACK: 'natflow-test' });
  await deliver(lambda, wrapped(LINE));
  expect(lambda.metrics).toMatchObject([
    { namespace: 'NatFlow', dimensions: [{ Stack: 'natflow-test' }] },
  ]);
});

test('a delivery without troubles writes one line, its metrics that are not zero', async () => {
  const collector = await openCollector();
  const lambda = forwarder({ NATFLOW_COLLECTORS: collector.target });
  await deliver(lambda, wrapped(LINE), wrapped(LINE));
  expect(lambda.logs).toHaveLength(1);
  expect(Object.keys(lambda.metrics[0]?.values ?? {}).sort()).toEqual([
    'BatchDurationMs',
    'BytesExported',
    'DatagramsSent',
    'DeliveryLagSeconds',
    'FlowsExported',
    'RecordsReceived',
  ]);
  await collector.close();
});

test('the metrics of a delivery are those of the contract', async () => {
  const collector = await openCollector();
  const lambda = forwarder({ NATFLOW_COLLECTORS: collector.target });
  await deliver(lambda, wrapped(LINE), wrapped('x y'));
  await deliver(lambda, wrapped('x y'));
  expect(lambda.metrics).toHaveLength(2);
  for (const { values } of lambda.metrics) expect(readDeliveryReport(values)).toMatchObject(values);
  await collector.close();
});

test('an environment without a table loads at most 80 KB of code', () => {
  expect(sizes).toMatchObject([{ name: 'forwarder' }]);
  expect(sizes[0]?.cold).toBeLessThanOrEqual(80_000);
});
