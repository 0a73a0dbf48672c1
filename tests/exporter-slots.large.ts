import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  connection,
  type DynamoDb,
  STATE_TABLE,
  startDynamoDb,
} from '../services/local-aws/dynamodb.ts';
import { ExporterSlots, type SlotSettings } from '../shared/aws/exporter-slots.ts';
import type { Reservation } from '../shared/netflow/exporter-identity.ts';
import { type End, endpointOf, type Fate, startTableProxy } from './support/table-proxy.ts';

const MINUTE = 60_000;
let database: DynamoDb;
let now: number;
let proxies: Server[];
let answered: number;

beforeEach(async () => {
  database = await startDynamoDb();
  now = Date.UTC(2026, 10, 22);
  proxies = [];
  answered = 0;
});

afterEach(() => {
  database.stop();
  for (const proxy of proxies) {
    proxy.closeAllConnections();
    proxy.close();
  }
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

async function proxy(fate: Fate): Promise<string> {
  const server = await startTableProxy(database, fate, () => answered++);
  proxies.push(server);
  return endpointOf(server);
}

test('each environment leases the lowest free slot and continues its numbers', async () => {
  const [first, second] = [environment('first'), environment('second')];
  expect(await first.reserve({ 5: 30 })).toEqual({ domain: 1, sequence: { 5: 0, 9: 0, 10: 0 } });
  expect(await second.reserve({ 9: 2, 10: 7 })).toEqual({
    domain: 2,
    sequence: { 5: 0, 9: 0, 10: 0 },
  });
  expect(await first.reserve({ 5: 1 })).toMatchObject({
    domain: 1,
    sequence: { 5: 30, 9: 0, 10: 0 },
  });
  expect(await second.reserve({})).toMatchObject({
    domain: 2,
    sequence: { 5: 0, 9: 2, 10: 7 },
  });
});

test('a slot is taken over only after its lease has ended, and its numbers continue', async () => {
  await environment('gone').reserve({ 5: 100, 9: 4, 10: 100 });
  now += 6 * MINUTE;
  expect(await environment('early').reserve({})).toMatchObject({ domain: 2 });
  now += 1;
  expect(await environment('next').reserve({ 5: 1 })).toEqual({
    domain: 1,
    sequence: { 5: 100, 9: 4, 10: 100 },
  });
});

test('an environment that was frozen keeps its slot unless another has taken it', async () => {
  const sleeper = environment('sleeper');
  await sleeper.reserve({ 5: 10 });
  now += 60 * MINUTE;
  expect(await sleeper.reserve({ 5: 10 })).toMatchObject({ domain: 1, sequence: { 5: 10 } });
  now += 60 * MINUTE;
  expect(await environment('other').reserve({ 5: 5 })).toMatchObject({
    domain: 1,
    sequence: { 5: 20 },
  });
  expect(await sleeper.reserve({ 5: 10 })).toMatchObject({ domain: 2, sequence: { 5: 0 } });
});

test('reserving renews the lease', async () => {
  const busy = environment('busy');
  for (let minute = 0; minute < 30; minute += 5) {
    expect(await busy.reserve({ 5: 1 })).toMatchObject({ domain: 1 });
    now += 5 * MINUTE;
  }
  expect(await environment('other').reserve({})).toMatchObject({ domain: 2 });
});

test('a stack behind a shared address has its own range of domains', async () => {
  const exporter = environment('second stack', { domainBase: 1000 });
  expect(await exporter.reserve({ 5: 30 })).toMatchObject({ domain: 1001, sequence: { 5: 0 } });
  expect(await exporter.reserve({ 5: 30 })).toMatchObject({ domain: 1001, sequence: { 5: 30 } });
});

test('sequence numbers wrap at 2^32', async () => {
  const exporter = environment('old');
  await exporter.reserve({ 5: 2 ** 32 - 10 });
  await exporter.reserve({ 5: 30 });
  expect(await exporter.reserve({})).toMatchObject({ sequence: { 5: 20 } });
});

test('environments that start, stop and reserve at the same time never share a number', async () => {
  const reserved = new Map<number, { from: number; to: number }[]>();
  const run = async (name: string) => {
    const exporter = environment(name);
    for (let call = 1; call <= 10; call++) {
      const { domain, sequence, fallback } = await exporter.reserve({ 5: call });
      expect(fallback).toBeUndefined();
      const ranges = reserved.get(domain) ?? [];
      ranges.push({ from: sequence[5], to: sequence[5] + call });
      reserved.set(domain, ranges);
    }
  };
  for (let generation = 0; generation < 3; generation++) {
    await Promise.all(Array.from({ length: 8 }, (_, i) => run(`${generation}/${i}`)));
    now += 7 * MINUTE;
  }
  expect([...reserved.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const ranges of reserved.values()) {
    ranges.sort((a, b) => a.from - b.from);
    expect(ranges.map(({ from }) => from)).toEqual([0, ...ranges.map(({ to }) => to)].slice(0, -1));
  }
}, 30_000);

test('the numbers of a reservation whose response was lost are given again', async () => {
  let lost = 0;
  const endpoint = await proxy(() => (lost-- > 0 ? 'lose the answer' : 'pass'));
  const exporter = environment('unlucky', {
    patienceMs: 300,
    pauseMs: MINUTE,
    connection: connection(endpoint),
  });
  await exporter.reserve({ 5: 10 });
  lost = 1;
  expect(await exporter.reserve({ 5: 10 })).toMatchObject({ fallback: expect.any(String) });
  now += MINUTE;
  expect(await exporter.reserve({ 5: 10 })).toMatchObject({
    domain: 1,
    sequence: { 5: 10, 9: 0, 10: 0 },
  });
});

test('a slot whose first reservation was not answered is kept, even if a lower one is free by then', async () => {
  await environment('gone').reserve({ 5: 10 });
  // The first slot is taken, the second is free and reserved from: three updates.
  let updates = 0;
  const endpoint = await proxy(() => (++updates === 3 ? 'lose the answer' : 'pass'));
  const exporter = environment('unlucky', {
    patienceMs: 300,
    connection: connection(endpoint),
  });
  expect(await exporter.reserve({ 5: 10 })).toHaveProperty('fallback');
  now += 7 * MINUTE;
  expect(await exporter.reserve({ 5: 20 })).toMatchObject({ domain: 2, sequence: { 5: 0 } });
  expect(await exporter.reserve({ 5: 1 })).toMatchObject({ domain: 2, sequence: { 5: 20 } });
});

test('a timed-out request that arrives late does not undo a later one', async () => {
  const held = Promise.withResolvers<End>();
  let isSlow = false;
  const endpoint = await proxy(() => (isSlow ? held.promise : 'pass'));
  const exporter = environment('slow', { patienceMs: 300, connection: connection(endpoint) });
  await exporter.reserve({ 5: 10 });
  isSlow = true;
  expect(await exporter.reserve({ 5: 1000 })).toHaveProperty('fallback');
  isSlow = false;
  now += MINUTE;
  await exporter.reserve({ 5: 10 });
  const before = answered;
  held.resolve('pass');
  for (let wait = 0; wait < 500 && answered === before; wait++) await delay(10);
  now += 10 * MINUTE;
  expect(await environment('next').reserve({})).toMatchObject({ domain: 1, sequence: { 5: 20 } });
});

test('without a response within half a second, numbers come from memory, and the table is left alone', async () => {
  await environment('import of the SDK').reserve({});
  let requests = 0;
  const endpoint = await proxy(() => {
    requests++;
    return 'hang';
  });
  const exporter = new ExporterSlots({
    table: STATE_TABLE,
    environment: '2026/11/22/[$LATEST]0123456789abcdef',
    now: () => now,
    connection: connection(endpoint),
  });
  const started = performance.now();
  const { domain, sequence, fallback } = await exporter.reserve({ 5: 100 });
  expect(performance.now() - started).toBeLessThan(900);
  expect(fallback).toContain('within 500 ms');
  expect(sequence).toEqual({ 5: 0, 9: 0, 10: 0 });
  expect(domain & 0xffff).toBeGreaterThanOrEqual(0x8000);

  const again: Reservation[] = [];
  for (let call = 0; call < 5; call++) again.push(await exporter.reserve({ 5: 100 }));
  expect(again.map((each) => each.sequence[5])).toEqual([100, 200, 300, 400, 500]);
  expect(new Set(again.map((each) => each.domain))).toEqual(new Set([domain]));
  expect(requests).toBe(1);
});

test('a table that recovers is used again, and the numbers of the slot continue', async () => {
  let isDown = false;
  const endpoint = await proxy(() => (isDown ? 'hang' : 'pass'));
  const exporter = environment('patient', { patienceMs: 200, connection: connection(endpoint) });
  await exporter.reserve({ 5: 10 });
  isDown = true;
  expect(await exporter.reserve({ 5: 10 })).toHaveProperty('fallback');
  now += 1000;
  expect(await exporter.reserve({ 5: 10 })).toHaveProperty('fallback');
  isDown = false;
  now += 1999;
  expect(await exporter.reserve({ 5: 10 })).toHaveProperty('fallback');
  now += 1;
  expect(await exporter.reserve({ 5: 10 })).toMatchObject({
    domain: 1,
    sequence: { 5: 10, 9: 0, 10: 0 },
  });
});

test('a table that does not exist is named in the reason', async () => {
  const exporter = environment('lost', { table: 'no-such-table' });
  const { fallback } = await exporter.reserve({ 5: 1 });
  expect(fallback).toContain('ResourceNotFoundException');
});

test('the item of a slot has its owner and the end of the lease', async () => {
  await environment('2026/11/22/[$LATEST]abc').reserve({ 5: 3, 9: 1, 10: 3 });
  const { Item } = await database.client.send(
    new GetItemCommand({ TableName: STATE_TABLE, Key: { pk: { S: 'exporter#0' } } }),
  );
  expect(Item).toEqual({
    pk: { S: 'exporter#0' },
    slotOwner: { S: expect.stringContaining('[$LATEST]abc') },
    leaseEnd: { N: String(now + 6 * MINUTE) },
    v5Flows: { N: '3' },
    v9Packets: { N: '1' },
    ipfixRecords: { N: '3' },
  });
});

test('an environment whose credentials never load exports without a slot', async () => {
  const credentials = () => new Promise<never>(() => {});
  const slots = environment('silent', { connection: { credentials } });
  expect((await slots.reserve({ 5: 1 })).fallback).toContain('no AWS credentials within 5000 ms');
}, 20_000);
