const FIRST_BYTES = 64 * 1024;
const FIRST_SLOTS = 2048;
/** Random, so that crafted names cannot collide. */
const SEED = (Math.random() * 2 ** 32) | 0;

/** Words of a slot of the hash table: of a text its hash, its number, which is 0 where a slot is free, and where it is. */
const SLOT = { hash: 0, number: 1, from: 2, length: 3, words: 4 } as const;

/**
 * Texts and the numbers that are given to them. They are kept and compared as bytes: a log has a name for each of its
 * records, and to make a string of it takes longer than all else.
 */
export class NameNumbers {
  /** Open addressing. What is looked at together stands together in memory, which the time of a look-up depends on. */
  #slots = new Int32Array(SLOT.words * FIRST_SLOTS);
  #taken = 0;
  /** All texts, one behind the other. */
  #bytes = new Uint8Array(FIRST_BYTES);
  #filled = 0;
  /** Where the text of each number begins and ends. */
  readonly #from: number[] = [];
  readonly #to: number[] = [];

  /** The number that the first `length` bytes have; 0 for none. */
  find(bytes: Uint8Array, length: number): number {
    const slot = this.#slotOf(bytes, length, hashOf(bytes, length));
    return this.#slots[slot + SLOT.number] as number;
  }

  /** Gives the first `length` bytes, which have none, a number, which is not 0. */
  put(bytes: Uint8Array, length: number, number: number): void {
    const [hash, from] = [hashOf(bytes, length), this.#filled];
    this.#append(bytes, length);
    this.#from[number] = from;
    this.#to[number] = this.#filled;
    this.#slots.set([hash, number, from, length], this.#slotOf(bytes, length, hash));
    if (++this.#taken * 2 * SLOT.words > this.#slots.length) this.#enlarge();
  }

  /** The text with this number; undefined for none. */
  text(number: number): string | undefined {
    const from = this.#from[number];
    if (from === undefined) return undefined;
    return new TextDecoder().decode(this.#bytes.subarray(from, this.#to[number]));
  }

  /** Where the text stands, or else would stand. */
  #slotOf(bytes: Uint8Array, length: number, hash: number): number {
    const slots = this.#slots;
    let slot = slotFor(hash, slots);
    for (; slots[slot + SLOT.number] !== 0; slot = nextTo(slot, slots)) {
      if (slots[slot] === hash && this.#isAt(slot, bytes, length)) break;
    }
    return slot;
  }

  #isAt(slot: number, bytes: Uint8Array, length: number): boolean {
    if (this.#slots[slot + SLOT.length] !== length) return false;
    const all = this.#bytes;
    const from = this.#slots[slot + SLOT.from] as number;
    for (let at = 0; at < length; at++) if (all[from + at] !== bytes[at]) return false;
    return true;
  }

  #enlarge(): void {
    const before = this.#slots;
    const slots = new Int32Array(2 * before.length);
    for (let at = 0; at < before.length; at += SLOT.words) {
      if (before[at + SLOT.number] === 0) continue;
      let slot = slotFor(before[at] as number, slots);
      while (slots[slot + SLOT.number] !== 0) slot = nextTo(slot, slots);
      for (let word = 0; word < SLOT.words; word++) {
        slots[slot + word] = before[at + word] as number;
      }
    }
    this.#slots = slots;
  }

  #append(bytes: Uint8Array, length: number): void {
    const from = this.#filled;
    this.#filled += length;
    if (this.#filled > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#filled);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    for (let at = 0; at < length; at++) this.#bytes[from + at] = bytes[at] as number;
  }
}

function slotFor(hash: number, slots: Int32Array): number {
  return (hash << 2) & (slots.length - SLOT.words);
}

function nextTo(slot: number, slots: Int32Array): number {
  return (slot + SLOT.words) & (slots.length - SLOT.words);
}

function hashOf(bytes: Uint8Array, length: number): number {
  let hash = SEED;
  for (let at = 0; at < length; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
