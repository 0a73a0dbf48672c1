import { afterAll } from '@jest/globals';
import { FlowCollector } from '../../shared/collector/collect-flows.ts';
import { formatCollector } from '../../shared/netflow/collectors.ts';
import { type Listener, listen } from '../../shared/transport/listen.ts';

const listeners = new Set<Listener>();
afterAll(async () => {
  for (const listener of listeners) await listener.close();
});

/** A UDP socket that collects datagrams. It is closed after the tests of the file at the latest. */
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
    /** `host:port`, as for the option `-n`. */
    target: formatCollector(listener.address),
    datagrams,
    async close(): Promise<void> {
      if (listeners.delete(listener)) await listener.close();
    },
    /** Resolves when this many datagrams have arrived. The test's timeout limits the wait. */
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

/** The flows and the faults in the datagrams of one exporter. */
export function read(datagrams: readonly Uint8Array[]) {
  const collector = new FlowCollector();
  const taken = datagrams.map((bytes) => collector.take(bytes, '127.0.0.1', 0));
  return {
    flows: taken.flatMap(({ flows }) => flows),
    troubles: taken.flatMap(({ troubles }) => troubles.map(({ message }) => message)),
  };
}
