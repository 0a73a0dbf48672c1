import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { freePort } from '../../tests/support/free-port.ts';
import { openCollector } from '../../tests/support/loopback-collector.ts';
import { UdpTransport } from './udp.ts';

const collectors = (...hosts: string[]) => Promise.all(hosts.map(openCollector));

/** Distinct datagrams of all sizes. */
function datagrams(count: number): { bytes: Uint8Array; records: number }[] {
  return Array.from({ length: count }, (_, index) => {
    const bytes = new Uint8Array(4 + ((index * 389) % 1461)).fill(index);
    new DataView(bytes.buffer).setUint32(0, index);
    return { bytes, records: 1 };
  });
}

/** As text, because comparing buffers byte by byte takes seconds. */
const hex = (all: readonly Uint8Array[] = []) =>
  all.map((bytes) => Buffer.from(bytes).toString('hex'));

test.each([['127.0.0.1'], ['::1']])(
  'datagrams arrive at %s unchanged and in order',
  async (host) => {
    const [collector] = await collectors(host);
    const transport = await UdpTransport.open([collector?.address ?? { host, port: 0 }], {
      recordsPerSecond: 10_000,
    });
    const sent = datagrams(300);
    await transport.send(sent);
    const received = await collector?.received(300);
    expect(hex(received)).toEqual(hex(sent.map(({ bytes }) => bytes)));
    await transport.close();
    expect(transport.errors).toEqual([]);
  },
);

test('send resolves when the datagrams may be overwritten', async () => {
  const [collector] = await collectors('127.0.0.1');
  const transport = await UdpTransport.open(collector ? [collector.address] : []);
  const sent = datagrams(50);
  const copies = hex(sent.map(({ bytes }) => bytes));
  await transport.send(sent);
  for (const { bytes } of sent) bytes.fill(0xee);
  expect(hex(await collector?.received(50))).toEqual(copies);
  await transport.close();
});

test('every collector gets every datagram, whatever fails at the others', async () => {
  const [one, other] = await collectors('127.0.0.1', '::1');
  const refusing = { host: '127.0.0.1', port: await freePort() };
  const unknown = { host: `${'x'.repeat(64)}.invalid`, port: 2055 };
  const addresses = [refusing, one?.address, unknown, other?.address].filter(
    (a) => a !== undefined,
  );
  const transport = await UdpTransport.open(addresses, { recordsPerSecond: 10_000 });
  await transport.send(datagrams(200));
  await transport.close();
  expect(await one?.received(200)).toHaveLength(200);
  expect(await other?.received(200)).toHaveLength(200);
  expect(transport.errors).toEqual([
    {
      collector: `127.0.0.1:${refusing.port}`,
      count: expect.any(Number),
      message: 'connection refused: nothing listens there',
    },
    { collector: `${unknown.host}:2055`, count: 200, message: 'unknown host' },
  ]);
  expect(transport.errors[0]?.count).toBeGreaterThan(0);
  expect(transport.errors[0]?.count).toBeLessThanOrEqual(200);
});

test('a refusal of the only datagram is reported after close', async () => {
  const transport = await UdpTransport.open([{ host: '127.0.0.1', port: await freePort() }]);
  await transport.send(datagrams(1));
  await transport.close();
  expect(transport.errors).toMatchObject([{ count: 1 }]);
});

test('a refusal of a datagram that is sent long after the others is reported after close', async () => {
  const [collector] = await collectors('127.0.0.1');
  const transport = await UdpTransport.open(collector ? [collector.address] : []);
  await transport.send(datagrams(3));
  await collector?.received(3);
  await collector?.close();
  // Longer than is waited for a refusal.
  await sleep(50);
  await transport.send(datagrams(1));
  await transport.close();
  expect(transport.errors).toMatchObject([{ count: 1 }]);
});

test('an unknown host is reported before anything is sent', async () => {
  const transport = await UdpTransport.open([{ host: `${'x'.repeat(64)}.invalid`, port: 2055 }]);
  expect(transport.errors).toMatchObject([{ count: 0, message: 'unknown host' }]);
  await transport.close();
});

test('a collector can be given by name', async () => {
  const [collector] = await collectors('127.0.0.1');
  const port = collector?.address.port ?? 0;
  const transport = await UdpTransport.open([{ host: 'localhost', port }]);
  await transport.send(datagrams(3));
  expect(await collector?.received(3)).toHaveLength(3);
  await transport.close();
});

test('without collectors, send resolves at once', async () => {
  const transport = await UdpTransport.open([]);
  await transport.send(datagrams(3));
  await transport.close();
  expect(transport.errors).toEqual([]);
});

test('after pacing is stopped, the remaining datagrams are sent at once', async () => {
  const [collector] = await collectors('127.0.0.1');
  const transport = await UdpTransport.open(collector ? [collector.address] : [], {
    recordsPerSecond: 1,
  });
  const sending = transport.send(datagrams(60));
  transport.stopPacing();
  await sending;
  expect(await collector?.received(60)).toHaveLength(60);
  await transport.close();
});
