import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { closedPort } from '../../tests/support/loopback-collector.ts';
import { Sender } from './udp.ts';

const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

/** A collector on this port; nothing else of the event loop runs while it starts. */
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

test('a collector that was restarted gets everything sent from then on, in order', async () => {
  const port = await closedPort();
  const sender = await Sender.open([{ host: '127.0.0.1', port }]);
  for (let restart = 0; restart < 5; restart++) {
    await sender.send(datagrams(1));
    const received = await listenOn(port);
    expect(await sender.send(datagrams(100))).toBe(100);
    await until(() => received.length === 100);
    expect(received.map(([first]) => first)).toEqual(datagrams(100).map(({ bytes: [i] }) => i));
    expect(sender.takeErrors()).toMatchObject([{ count: 1 }]);
    opened.pop()?.close();
  }
  await sender.close();
});

test('what a slow pace does not get through before the deadline is not sent', async () => {
  const received = await listenOn(await closedPort());
  const { port } = opened[0]?.address() ?? { port: 0 };
  const sender = await Sender.open([{ host: '127.0.0.1', port }], 1000);
  const sent = await sender.send(datagrams(100_000), performance.now() + 200);
  expect(sent).toBeGreaterThan(50);
  expect(sent).toBeLessThan(1000);
  await until(() => received.length === sent);
  expect(received).toHaveLength(sent);
  await sender.close();
});

test('a name that cannot be resolved is told again with every delivery', async () => {
  const sender = await Sender.open([{ host: 'collector.invalid', port: 2055 }]);
  for (let delivery = 0; delivery < 2; delivery++) {
    await sender.refresh(100);
    await sender.send(datagrams(3));
    expect(sender.takeErrors()).toEqual([
      { collector: 'collector.invalid:2055', count: 3, message: 'unknown host' },
    ]);
  }
  expect(sender.targets).toEqual([]);
  await sender.close();
});
