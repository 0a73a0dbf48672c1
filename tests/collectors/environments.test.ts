import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';
import { type DynamoDb, startDynamoDb } from '../../services/local-aws/dynamodb.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import { runFleet } from '../support/fleet.ts';
import { startNfcapd } from './nfcapd.ts';
import { type Collector, LOOPBACK } from './program.ts';

let database: DynamoDb;
let folder: string;
let collector: Collector;

beforeAll(async () => {
  await buildChanged(['forwarder']);
});

beforeEach(async () => {
  database = await startDynamoDb();
  folder = await mkdtemp(join(tmpdir(), 'natflow-environments-'));
  collector = await startNfcapd(folder);
});

afterEach(async () => {
  await collector.kill();
  database.stop();
  await rm(folder, { recursive: true });
});

// nfcapd 1.7.1 does not count options data of IPFIX as RFC 7011 does: docs/mapping.md.
test.each<[Version, string]>([
  [5, 'sampling'],
  [9, 'sampling'],
  [10, 'none'],
])(
  'version %i, options data %s: nfcapd finds no gap in 2,000 deliveries of eight environments replaced at random',
  async (version, exporterOptions) => {
    const { flows } = await runFleet({
      database,
      collectors: `${LOOPBACK}:${collector.port}`,
      exporterOptions,
      environments: 8,
      deliveries: 2000,
      versions: [version],
      isReplaced: () => Math.random() < 0.02,
    });
    const numbers: number[] = [];
    const trouble = await collector.stop(({ bytes }) => numbers.push(Number(bytes)));
    expect(trouble).toEqual({ drops: 0, sequenceFailures: 0, complaints: [] });
    numbers.sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: flows }, (_, i) => i));
  },
);

test('IPFIX with options data: nfcapd has every flow, whatever it makes of the numbers', async () => {
  const { flows } = await runFleet({
    database,
    collectors: `${LOOPBACK}:${collector.port}`,
    environments: 8,
    deliveries: 400,
    versions: [10],
    isReplaced: () => Math.random() < 0.02,
  });
  const numbers: number[] = [];
  const { drops, complaints } = await collector.stop(({ bytes }) => numbers.push(Number(bytes)));
  expect({ drops, complaints }).toEqual({ drops: 0, complaints: [] });
  numbers.sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: flows }, (_, i) => i));
});

test('environments killed during deliveries: nfcapd misses flows and finds gaps of these deliveries only', async () => {
  let kills = 0;
  const { flows, killed } = await runFleet({
    database,
    collectors: `${LOOPBACK}:${collector.port}`,
    exporterOptions: 'none',
    environments: 8,
    deliveries: 600,
    versions: [5, 9, 10],
    isReplaced: () => false,
    killedAfterMs: () => (Math.random() < 0.05 && ++kills ? Math.random() * 10 : undefined),
  });
  const arrived = new Set<number>();
  const { drops, sequenceFailures } = await collector.stop(({ bytes }) =>
    arrived.add(Number(bytes)),
  );
  const missing = Array.from({ length: flows }, (_, i) => i).filter((i) => !arrived.has(i));
  expect(drops).toBe(0);
  expect(missing.filter((number) => !killed.has(number))).toEqual([]);
  expect(sequenceFailures).toBeLessThanOrEqual(kills);
});
