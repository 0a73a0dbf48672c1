import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { freePort } from '../../tests/support/free-port.ts';
import { openCollector } from '../../tests/support/loopback-collector.ts';
import type { Lookup } from './connection.ts';
import { UdpTransport } from './udp.ts';

const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

/** A collector on this port. It is started synchronously, without a turn of the event loop. */
async function listenOn(port: number): Promise<Buffer[]> {
  const datagrams: Buffer[] = [];
  const socket = createSocket('udp4').on('message', (bytes) => datagrams.push(bytes));
  opened.push(socket);
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return datagrams;
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !condition(); turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const datagrams = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ bytes: Uint8Array.of(i), records: 1 }));

test('a restarted collector gets all later datagrams in order', async () => {
  const port = await freePort();
  const transport = await UdpTransport.open([{ host: '127.0.0.1', port }]);
  for (let restart = 0; restart < 5; restart++) {
    await transport.send(datagrams(1));
    const received = await listenOn(port);
    expect(await transport.send(datagrams(100))).toEqual({
      taken: Array(100).fill(1),
      isLate: false,
    });
    await until(() => received.length === 100);
    expect(received.map(([first]) => first)).toEqual(datagrams(100).map(({ bytes: [i] }) => i));
    expect(transport.takeErrors()).toMatchObject([{ count: 1 }]);
    opened.pop()?.close();
  }
  await transport.close();
});

test('datagrams that the pace delays beyond the deadline are not sent', async () => {
  const received = await listenOn(await freePort());
  const { port } = opened[0]?.address() ?? { port: 0 };
  const transport = await UdpTransport.open([{ host: '127.0.0.1', port }], {
    recordsPerSecond: 1000,
  });
  const { taken, isLate } = await transport.send(datagrams(100_000), performance.now() + 200);
  const sent = taken.length;
  expect(isLate).toBe(true);
  expect(taken).toEqual(Array(sent).fill(1));
  expect(sent).toBeGreaterThan(50);
  expect(sent).toBeLessThan(1000);
  await until(() => received.length === sent);
  expect(received).toHaveLength(sent);
  await transport.close();
});

test('a name that cannot be resolved is reported with every delivery', async () => {
  const transport = await UdpTransport.open([{ host: 'collector.invalid', port: 2055 }]);
  for (let delivery = 0; delivery < 2; delivery++) {
    await transport.refresh(100);
    await transport.send(datagrams(3));
    expect(transport.takeErrors()).toEqual([
      { collector: 'collector.invalid:2055', count: 3, message: 'unknown host' },
    ]);
  }
  expect(transport.targets).toEqual([]);
  await transport.close();
});

/** A resolver that resolves addresses to themselves, and names with `answer`. */
function nameServer(answer: () => Promise<{ address: string }>) {
  const server = {
    lookups: 0,
    lookup: (async (host) => {
      if (/^[\d.]+$/.test(host)) return { address: host };
      server.lookups++;
      return await answer();
    }) satisfies Lookup,
  };
  return server;
}

const never = () => new Promise<never>(() => {});
const loopback = async () => ({ address: '127.0.0.1' });
const notFound = () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }));

/** The duration of the work in milliseconds. */
async function timed(work: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

test('a name server that never answers is awaited once, and other collectors get all datagrams', async () => {
  const collector = await openCollector();
  const { lookup } = nameServer(never);
  const transport = new UdpTransport([{ host: 'silent', port: 2055 }, collector.address], {
    lookup,
  });
  const short = (await timed(transport.refresh(100))) + (await timed(transport.refresh(100)));
  expect(short).toBeGreaterThan(190);
  expect(short).toBeLessThan(2000);
  const long = await timed(transport.refresh());
  expect(long).toBeGreaterThan(4500);
  expect(long).toBeLessThan(9000);
  expect(await timed(transport.refresh())).toBeLessThan(1000);
  expect(await transport.send(datagrams(5))).toEqual({ taken: [1, 1, 1, 1, 1], isLate: false });
  expect(await collector.received(5)).toHaveLength(5);
  expect(transport.takeErrors()).toEqual([
    { collector: 'silent:2055', count: 5, message: 'the name server has not answered yet' },
  ]);
}, 20_000);

test('a late answer of the name server is used from then on, by waiting and by sending deliveries', async () => {
  const answer = Promise.withResolvers<{ address: string }>();
  const { lookup } = nameServer(() => answer.promise);
  const { address, received } = await openCollector();
  const transport = new UdpTransport([{ host: 'late', port: address.port }], { lookup });
  await transport.refresh(0);
  expect(await transport.send(datagrams(1))).toEqual({ taken: [0], isLate: false });
  const waiting = transport.refresh();
  answer.resolve({ address: '127.0.0.1' });
  await waiting;
  expect(await transport.send(datagrams(2))).toEqual({ taken: [1, 1], isLate: false });
  expect(await received(2)).toHaveLength(2);
  expect(transport.takeErrors()).toMatchObject([{ count: 1 }]);
  expect(transport.takeErrors()).toEqual([]);
  await transport.close();
});

test('a name that resolves while nothing is sent causes no error', async () => {
  const { lookup } = nameServer(loopback);
  const transport = new UdpTransport([{ host: 'quick', port: 2055 }], { lookup });
  await transport.refresh(0);
  await transport.refresh();
  expect(transport.takeErrors()).toEqual([]);
  await transport.close();
});

test('every delivery looks up an unresolved name, one lookup at a time, and none after it is resolved', async () => {
  const answers = [notFound, notFound, loopback];
  const server = nameServer(() => answers.shift()?.() ?? never());
  const transport = new UdpTransport([{ host: 'new', port: 2055 }], { lookup: server.lookup });
  for (const lookups of [1, 2, 3, 3, 3]) {
    await Promise.all([transport.refresh(), transport.refresh()]);
    expect(server.lookups).toBe(lookups);
    expect(transport.targets).toHaveLength(lookups < 3 ? 0 : 1);
  }
  await transport.close();
});

test('without a resolved collector, there is no pacing', async () => {
  const { lookup } = nameServer(notFound);
  const transport = await UdpTransport.open([{ host: 'x', port: 1 }], {
    recordsPerSecond: 1,
    lookup,
  });
  const sending = transport.send(datagrams(100), performance.now() + 60_000);
  expect(await timed(sending)).toBeLessThan(5000);
  expect(await sending).toEqual({ taken: Array(100).fill(0), isLate: false });
  expect(transport.takeErrors()).toMatchObject([{ count: 100, message: 'unknown host' }]);
});

test('after the deadline nothing is sent, and a closed transport sends nothing', async () => {
  const { address } = await openCollector();
  const transport = await UdpTransport.open([address]);
  expect(await transport.send(datagrams(3), performance.now() - 1)).toEqual({
    taken: [],
    isLate: true,
  });
  await transport.close();
  expect(await transport.send(datagrams(3))).toEqual({ taken: [0, 0, 0], isLate: false });
});
