import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BlockPacket, newBlock, packetsIn, putPacket } from './packet-blocks.ts';

/** The octets of a datagram and the records of a packet have 16 bits. */
const MOST = 65_535;

const packet = fc.record({
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.integer({ min: 0, max: MOST }).map((length) => new Uint8Array(length).fill(length)),
  ),
  records: fc.oneof(fc.nat(30), fc.constant(MOST)),
});

/** Copies of packets, which may be overwritten. */
function copies(packets: readonly BlockPacket[]): BlockPacket[] {
  return packets.map(({ bytes, records }) => ({ bytes: Uint8Array.from(bytes), records }));
}

test('packets are in blocks in their order, as long as a block has room', () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
      const block = newBlock();
      const found: BlockPacket[] = [];
      let filled = 0;
      for (const each of packets) {
        const next = putPacket(block, filled, each);
        if (next < 0) found.push(...copies(packetsIn(block, filled)));
        filled = next < 0 ? putPacket(block, 0, each) : next;
      }
      expect([...found, ...packetsIn(block, filled)]).toEqual(packets);
    }),
  );
});
