import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endRing, type RingPacket, RingWriter, readRing, ringMemory } from './packet-ring.ts';

const MOST_OCTETS = 20;
/** Fewer than a ring has room for. */
const FEW = 1_000;

const packet = fc.record({
  bytes: fc.uint8Array({ minLength: 1, maxLength: MOST_OCTETS }),
  records: fc.nat(30),
});

/** Copies of packets, which may be overwritten. */
function copies(packets: readonly RingPacket[]): RingPacket[] {
  return packets.map(({ bytes, records }) => ({ bytes: Uint8Array.from(bytes), records }));
}

test('what is written is read in its order, however it is divided and however often the ring is full', async () => {
  const batches = fc.array(fc.array(packet, { maxLength: FEW / 10 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(batches, async (written) => {
      const memory = ringMemory(MOST_OCTETS);
      const writer = new RingWriter(memory);
      const read: RingPacket[] = [];
      const reading = (async () => {
        for await (const packets of readRing(memory)) read.push(...copies(packets));
      })();
      let sent = 0;
      for (const packets of written) {
        writer.write(packets);
        sent += packets.length;
        // Writing would block this thread, which reads as well.
        while (sent - read.length > FEW - FEW / 10) await new Promise(setImmediate);
      }
      endRing(memory);
      await reading;
      expect(read).toEqual(written.flat());
    }),
    { numRuns: 50 },
  );
});

test('a reader that waits is woken by the end alone', async () => {
  const memory = ringMemory(MOST_OCTETS);
  const reading = readRing(memory).next();
  await new Promise(setImmediate);
  endRing(memory);
  expect(await reading).toEqual({ done: true, value: undefined });
});
