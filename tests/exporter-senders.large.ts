import type { Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  connection,
  type DynamoDb,
  STATE_TABLE,
  startDynamoDb,
} from '../services/local-aws/dynamodb.ts';
import { ExporterSlots, type SlotSettings } from '../shared/aws/exporter-slots.ts';
import { endpointOf, startTableProxy } from './support/table-proxy.ts';

const MINUTE = 60_000;
let database: DynamoDb;
let proxy: Server | undefined;
let now: number;

beforeEach(async () => {
  database = await startDynamoDb();
  now = Date.UTC(2026, 10, 22);
});

afterEach(() => {
  database.stop();
  proxy?.closeAllConnections();
  proxy?.close();
  proxy = undefined;
});

function environment(name: string, settings: Partial<SlotSettings> = {}): ExporterSlots {
  return new ExporterSlots({
    table: STATE_TABLE,
    environment: name,
    // Longer than in production, so that a busy machine does not look like a table that does not answer.
    patienceMs: 10_000,
    now: () => now,
    connection: connection(database.endpoint),
    ...settings,
  });
}

/** How many senders each of these environments sees, when they reserve one after the other. */
async function sendersSeen(exporters: readonly ExporterSlots[]) {
  const seen: (number | undefined)[] = [];
  for (const exporter of exporters) seen.push((await exporter.reserve({ 5: 1 })).senders);
  return seen;
}

test('environments know how many send, from the second reservation on that others can know of', async () => {
  const [first, second, third] = ['first', 'second', 'third'].map((name) => environment(name));
  if (!first || !second || !third) throw new Error('no environments');
  expect(await sendersSeen([first, first, first])).toEqual([undefined, 1, 1]);
  expect(await sendersSeen([second, first, second])).toEqual([undefined, 2, 2]);
  expect(await sendersSeen([third, first, second, third])).toEqual([undefined, 3, 3, 3]);
  now += 1.5 * MINUTE;
  // Nothing was heard of the others for a minute and a half.
  expect(await sendersSeen([first, second, first])).toEqual([1, 2, 2]);
  now += 1.5 * MINUTE + 1;
  expect(await sendersSeen([second, second])).toEqual([undefined, 1]);
});

test('an environment sees one in a higher slot, though slots between are free', async () => {
  const exporters = Array.from({ length: 4 }, (_, i) => environment(`environment ${i}`));
  await sendersSeen(exporters);
  for (let minute = 0; minute <= 6; minute++) {
    now += MINUTE;
    await sendersSeen(exporters.slice(3));
  }
  const next = environment('next');
  expect(await next.reserve({ 5: 1 })).toMatchObject({ domain: 1 });
  expect(await sendersSeen([next, next, ...exporters.slice(3)])).toEqual([2, 2, 2]);
});

test('a table that does not tell of the others gives numbers all the same', async () => {
  proxy = await startTableProxy(database, (body) =>
    body.includes('RequestItems') ? 'hang' : 'pass',
  );
  const exporter = environment('alone', {
    connection: connection(endpointOf(proxy)),
    patienceMs: 4000,
  });
  await exporter.reserve({ 5: 1 });
  const { domain, sequence, ...others } = await exporter.reserve({ 5: 1 });
  expect({ domain, sequence }).toMatchObject({ domain: 1, sequence: { 5: 1 } });
  expect(others).toEqual({ senders: undefined });
});
