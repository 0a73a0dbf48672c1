import type { Packet } from '../netflow/packet.ts';

/** A packet as it is sent. */
export type BlockPacket = Pick<Packet, 'bytes' | 'records'>;

/** Memory for packets, which can be handed to another thread. */
export type Block = Uint8Array<SharedArrayBuffer>;

/** A quarter of a megabyte, which is more than a packet has. */
const BLOCK_BYTES = 256 * 1024;
/** Before each packet: its length in octets, and its records; 16 bits each. */
const HEAD_BYTES = 4;

/** A block with room for packets. */
export function newBlock(): Block {
  return new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
}

/** Copies a packet into a block, behind the bytes that are filled; how many are filled then, or -1 when it has no room. */
export function putPacket(block: Block, filled: number, { bytes, records }: BlockPacket): number {
  const end = filled + HEAD_BYTES + bytes.length;
  if (end > block.length) return -1;
  block[filled] = bytes.length >>> 8;
  block[filled + 1] = bytes.length;
  block[filled + 2] = records >>> 8;
  block[filled + 3] = records;
  block.set(bytes, filled + HEAD_BYTES);
  return end;
}

/** The packets in the bytes of a block that are filled. They are views of it. */
export function packetsIn(block: Block, filled: number): BlockPacket[] {
  const packets: BlockPacket[] = [];
  for (let at = 0; at < filled; ) {
    const from = at + HEAD_BYTES;
    const length = wordAt(block, at);
    packets.push({ bytes: block.subarray(from, from + length), records: wordAt(block, at + 2) });
    at = from + length;
  }
  return packets;
}

function wordAt(block: Block, at: number): number {
  return ((block[at] as number) << 8) | (block[at + 1] as number);
}
