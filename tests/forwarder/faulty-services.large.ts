import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import type { FirehoseTransformationResult } from 'aws-lambda';
import { buildChanged } from '../../infra/build-changed.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { readDeliveryReport } from '../../shared/contract/delivery-report.ts';
import { delivery } from '../support/deliveries.ts';
import { DEFAULT_LINES, flowLine } from '../support/forwarder.ts';
import { openCollector, read } from '../support/loopback-collector.ts';
import { FAULTY_RESOLVER } from '../support/resolver.ts';

const TIMEOUT_MS = 16_000;
const lines = (count: number) => Array.from({ length: count }, () => flowLine());

let lambda: LambdaFunction | undefined;
let server: Server | undefined;

beforeAll(async () => {
  await buildChanged(['forwarder']);
}, 60_000);

afterEach(async () => {
  await lambda?.close();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A server in place of AWS that accepts requests and answers none. */
async function silentAws(): Promise<string> {
  server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends one delivery to the built forwarder. Fails when the answer is late. */
async function deliver(env: Record<string, string>, ...contents: (string | Uint8Array)[]) {
  const bundle = join(import.meta.dirname, '../../dist/forwarder');
  lambda = new LambdaFunction({
    bundle,
    timeoutMs: TIMEOUT_MS,
    env: { ...DEFAULT_LINES, ...FAULTY_RESOLVER, ...env },
  });
  const answer = (await lambda.call(delivery(...contents))) as FirehoseTransformationResult;
  const metrics = readDeliveryReport(lambda.metrics[0]?.values);
  return { results: answer.records.map(({ result }) => result), metrics };
}

test('a name that takes two seconds to resolve does not lose flows of the first delivery', async () => {
  const collector = await openCollector();
  const { metrics } = await deliver(
    { NATFLOW_COLLECTORS: `collector.slow:${collector.address.port}` },
    ...lines(90),
  );
  expect(metrics).toMatchObject({ FlowsExported: 90, FlowsUnsent: 0, DatagramErrors: 0 });
  expect(read(await collector.received(3)).flows).toHaveLength(90);
}, 30_000);

test('with a stream, a table and a name server that never answer, another collector gets all kept flows', async () => {
  const collector = await openCollector();
  const { results, metrics } = await deliver(
    {
      NATFLOW_COLLECTORS: `collector.silent:2055,${collector.target}`,
      NATFLOW_TABLE: 'slots',
      // One of five environments: the default pace would outlast this short time.
      NATFLOW_RATE: '100000',
      AWS_ENDPOINT_URL: await silentAws(),
    },
    gzipSync(lines(30_000).join('\n')),
    gzipSync(lines(60_000).join('\n')),
  );
  expect(results).toEqual(['Ok', 'ProcessingFailed']);
  expect(metrics).toMatchObject({
    FlowsExported: 30_000,
    BytesExported: 30_000 * 840,
    DatagramsSent: 1000,
    FlowsUnsent: 30_000,
    DatagramErrors: 1000,
    RecordsReingested: 0,
    LeaseFallbacks: 1,
  });
  expect(metrics.RecordsRefused).toBeGreaterThan(0);
  const { flows, troubles } = read(await collector.received(1000));
  expect(troubles).toEqual([]);
  expect(flows).toHaveLength(30_000);
}, 60_000);
