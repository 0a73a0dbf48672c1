import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll } from '@jest/globals';
import { FlowCollector } from '../../shared/collector/collect-flows.ts';
import { formatCollector } from '../../shared/netflow/collectors.ts';
import { type Listener, listen } from '../../shared/transport/listen.ts';

const listeners = new Set<Listener>();
afterAll(async () => {
  for (const listener of listeners) await listener.close();
});

/** A UDP socket that keeps the datagrams it is sent until it is closed or the tests of the file have run. */
export async function openCollector(host = '127.0.0.1') {
  const datagrams: Buffer[] = [];
  let arrived = () => {};
  const listener = await listen(
    { host, port: 0 },
    {
      onDatagram(bytes) {
        datagrams.push(Buffer.from(bytes));
        arrived();
      },
      onError(error) {
        throw error;
      },
    },
  );
  listeners.add(listener);
  return {
    address: listener.address,
    /** As `-n` takes it. */
    target: formatCollector(listener.address),
    datagrams,
    async close(): Promise<void> {
      if (listeners.delete(listener)) await listener.close();
    },
    /** Resolves once so many datagrams have come; the test's time limit bounds it. */
    async received(count: number): Promise<readonly Buffer[]> {
      while (datagrams.length < count) {
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
      return datagrams;
    },
  };
}

/** What the datagrams of one exporter say: its flows, and what was wrong. */
export function read(datagrams: readonly Uint8Array[]) {
  const collector = new FlowCollector();
  const taken = datagrams.map((bytes) => collector.take(bytes, '127.0.0.1', 0));
  return {
    flows: taken.flatMap(({ flows }) => flows),
    troubles: taken.flatMap(({ troubles }) => troubles.map(({ message }) => message)),
  };
}

/** A closed loopback port. */
export async function closedPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((closed) => socket.close(() => closed()));
  return port;
}
