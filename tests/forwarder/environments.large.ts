import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';
import { type DynamoDb, startDynamoDb } from '../../services/local-aws/dynamodb.ts';
import { type Packet, streamId } from '../../shared/collector/decode/packet.ts';
import { Decoder } from '../../shared/collector/decode.ts';
import { SequenceTracker } from '../../shared/collector/sequence.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import { FleetMember, runFleet } from '../support/fleet.ts';

// On a machine so busy that the table takes half a second, environments use the fallback, as designed.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

let database: DynamoDb;
let socket: Socket;
let proxy: Server | undefined;
let received: { readonly bytes: Buffer; readonly port: number }[];

beforeAll(async () => {
  await buildChanged(['forwarder']);
}, 60_000);

beforeEach(async () => {
  database = await startDynamoDb();
  received = [];
  socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  socket.on('message', (bytes, { port }) => received.push({ bytes, port }));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
});

afterEach(() => {
  socket.close();
  database.stop();
  proxy?.closeAllConnections();
  proxy?.close();
  proxy = undefined;
});

const collectors = () => `127.0.0.1:${socket.address().port}`;

/** Datagrams as seen by a collector that identifies exporters by version and domain. */
function read() {
  const decoder = new Decoder();
  const tracker = new SequenceTracker();
  const ports = new Map<string, number[]>();
  const packets: Packet[] = [];
  const gaps: number[] = [];
  for (const { bytes, port } of received) {
    const packet = decoder.decode(bytes, 'exporter');
    packets.push(packet);
    const gap = tracker.check(packet, 'exporter');
    if (gap !== undefined) gaps.push(gap.received - gap.expected);
    if (packet.header === undefined) continue;
    const domain = String(streamId(packet.header));
    const held = ports.get(domain) ?? [];
    if (held.at(-1) !== port) held.push(port);
    ports.set(domain, held);
  }
  const numbers = packets.flatMap(({ records }) =>
    records
      .filter(({ options }) => !options)
      .map(({ values }) => Number(values['octetDeltaCount'])),
  );
  return { ports, gaps, numbers, faulty: packets.filter(({ error }) => error !== undefined) };
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1000 && !condition(); attempt++) await delay(10);
}

test('eight concurrent environments, replaced at random, leave no gap and never share a slot', async () => {
  const { flows, fallbacks } = await runFleet({
    database,
    collectors: collectors(),
    environments: 8,
    deliveries: 160,
    versions: [5, 9, 10],
    isReplaced: (number) => number > 10 && (number * 7919) % 31 === 0,
  });
  await until(() => read().numbers.length === flows);
  const { ports, gaps, numbers, faulty } = read();
  expect(gaps).toEqual([]);
  expect(faulty).toEqual([]);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: flows }, (_, i) => i));
  // Each environment has its own socket. A socket that reappears would mean that a slot was shared meanwhile.
  for (const held of ports.values()) expect(new Set(held).size).toBe(held.length);
  // The lowest free slot is leased, so there are at most as many slots as concurrent environments.
  if (fallbacks === 0) expect(ports.size).toBeLessThanOrEqual(8);
}, 60_000);

test('environments killed during a delivery leave no gap beyond that delivery', async () => {
  const { flows, killed } = await runFleet({
    database,
    collectors: collectors(),
    environments: 4,
    deliveries: 80,
    versions: [5, 10],
    isReplaced: () => false,
    killedAfterMs: (number) => (number % 13 === 12 ? number % 9 : undefined),
  });
  await until(() => read().numbers.length >= flows - killed.size);
  const { gaps, numbers } = read();
  const arrived = new Set(numbers);
  const missing = Array.from({ length: flows }, (_, i) => i).filter((i) => !arrived.has(i));
  expect(arrived.size).toBe(numbers.length);
  expect(missing.filter((number) => !killed.has(number))).toEqual([]);
  expect(gaps.every((gap) => gap > 0)).toBe(true);
  expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeLessThanOrEqual(missing.length);
}, 60_000);

/** The database; an environment is killed after its `fatal`th update was done, before it gets the response. */
async function deadlyProxy(fatal: number, kill: () => Promise<void>): Promise<string> {
  let updates = 0;
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { connection: _, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(database.endpoint, { method: 'POST', headers, body });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (++updates === fatal) await kill();
    else
      response
        .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' })
        .end(bytes);
  });
  proxy = server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each<[Version, string, number]>([
  [5, 'its flows', 70],
  // 3 of flows, and 2 of options data: the template, and the record of the sampling interval.
  [9, 'its packets', 5],
  // Options data counts in IPFIX: RFC 7011 section 3.1.
  [10, 'its records', 71],
])(
  'version %i: the gap of an environment killed between reserving and sending is exactly %s',
  async (version, _, gap) => {
    // The first delivery leases a slot and reserves, the second reserves: three updates.
    const endpoint = await deadlyProxy(3, () => victim.kill());
    const victim = new FleetMember('victim', version, {
      database,
      endpoint,
      collectors: collectors(),
    });
    await victim.deliver(40, 0);
    await expect(victim.deliver(70, 1000)).rejects.toThrow('signal: killed');
    await victim.endLease();
    const heir = new FleetMember('heir', version, { database, collectors: collectors() });
    await heir.deliver(40, 40);
    await heir.kill();
    await until(() => read().numbers.length === 80);
    const { ports, gaps, numbers } = read();
    expect(gaps).toEqual([gap]);
    expect([...ports.keys()]).toEqual(['1']);
    expect(numbers).toEqual(Array.from({ length: 80 }, (_, i) => i));
  },
  30_000,
);
