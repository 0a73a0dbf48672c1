import type { Packet } from '../netflow/packet.ts';

/** A packet as it is sent. */
export type RingPacket = Pick<Packet, 'bytes' | 'records'>;

/** How many packets there is room for. Bounds memory, to 1.5 MB. */
const SLOTS = 1024;
/** As many packets are announced together, and given back together. */
const BATCH = 64;

/** The words of `state`. The counts of packets since the beginning wrap around. */
const WRITTEN = 0;
const READ = 1;
const HAS_ENDED = 2;
/** Changes with each change of the words that the reader looks at, so that it misses none. */
const CHANGES = 3;
const STATE_WORDS = 4;

/** The memory of a ring, which is handed to the other thread as it is. */
export interface RingMemory {
  /** The most octets of a packet. */
  readonly octets: number;
  readonly state: Int32Array;
  /** For each slot the packet's length in octets, and its records. */
  readonly sizes: Int32Array;
  readonly bytes: Uint8Array;
}

/** Room for packets of at most this many octets. */
export function ringMemory(octets: number): RingMemory {
  const words = (count: number) => new Int32Array(new SharedArrayBuffer(4 * count));
  return {
    octets,
    state: words(STATE_WORDS),
    sizes: words(2 * SLOTS),
    bytes: new Uint8Array(new SharedArrayBuffer(octets * SLOTS)),
  };
}

/** The end of a ring that packets are written to, by a thread that may block. */
export class RingWriter {
  readonly #memory: RingMemory;
  #written = 0;

  constructor(memory: RingMemory) {
    this.#memory = memory;
  }

  /** Copies packets into the ring, in their order. Blocks the thread while there is no room. */
  write(packets: readonly RingPacket[]): void {
    for (const [index, packet] of packets.entries()) {
      this.#waitForRoom();
      this.#put(packet);
      if (index % BATCH === BATCH - 1) this.#announce();
    }
    this.#announce();
  }

  #waitForRoom(): void {
    const { state } = this.#memory;
    for (;;) {
      const read = Atomics.load(state, READ);
      if (((this.#written - read) | 0) < SLOTS) return;
      this.#announce();
      Atomics.wait(state, READ, read);
    }
  }

  #put({ bytes, records }: RingPacket): void {
    const { octets, sizes, bytes: all } = this.#memory;
    const slot = this.#written & (SLOTS - 1);
    all.set(bytes, slot * octets);
    sizes[2 * slot] = bytes.length;
    sizes[2 * slot + 1] = records;
    this.#written = (this.#written + 1) | 0;
  }

  #announce(): void {
    const { state } = this.#memory;
    Atomics.store(state, WRITTEN, this.#written);
    tellReader(state);
  }
}

/** Ends a ring, from either thread: the reader gets what has been written, and then nothing. */
export function endRing({ state }: RingMemory): void {
  Atomics.store(state, HAS_ENDED, 1);
  tellReader(state);
}

function tellReader(state: Int32Array): void {
  Atomics.add(state, CHANGES, 1);
  Atomics.notify(state, CHANGES);
}

/** Gives the packets of a ring as they come, a few at once. They are valid until the next ones are asked for. */
export async function* readRing(memory: RingMemory): AsyncGenerator<readonly RingPacket[]> {
  const { state } = memory;
  const slots = slotsOf(memory);
  for (let read = 0; ; ) {
    const changes = Atomics.load(state, CHANGES);
    const hasEnded = Atomics.load(state, HAS_ENDED) === 1;
    const count = Math.min((Atomics.load(state, WRITTEN) - read) | 0, BATCH);
    if (count > 0) {
      yield Array.from({ length: count }, (_, index) => slots((read + index) & (SLOTS - 1)));
      read = (read + count) | 0;
      Atomics.store(state, READ, read);
      Atomics.notify(state, READ);
    } else if (hasEnded) return;
    else await Atomics.waitAsync(state, CHANGES, changes).value;
  }
}

/** Reads a slot. Most packets are as long as the one before in their slot, whose view is used again. */
function slotsOf({ octets, sizes, bytes }: RingMemory): (slot: number) => RingPacket {
  const views: Uint8Array[] = [];
  return (slot) => {
    const length = sizes[2 * slot] ?? 0;
    let view = views[slot];
    if (view?.length !== length) {
      view = bytes.subarray(slot * octets, slot * octets + length);
      views[slot] = view;
    }
    return { bytes: view, records: sizes[2 * slot + 1] ?? 0 };
  };
}
