import { select } from './select.ts';

/** Keys kept apart; with more of them small ones make room. */
const MOST_KEYS = 65_536;
const FIRST_KEYS = 1024;
/** For all tallies in turn: half a megabyte at every purge would pile up faster than it is collected. */
const scratch = new Float64Array(MOST_KEYS);

/**
 * Sums per key in bounded memory. A key is a few 32-bit words, a sum a row of columns of which the
 * first, the weight, decides who matters. While there are no more keys than fit, everything is exact.
 * When it is full, the lighter half goes (Misra and Gries' algorithm, emptied at the median as Anderson
 * and others do, https://arxiv.org/abs/1705.07001). From then on a key's sums are what was counted since
 * it came (back), and its weight is short by at most `error`, which is never more than
 * 2 / `most` of all weight; a key heavier than that cannot be missing.
 */
export class Tally {
  /** The key that is meant: fill it, then ask for its `entry`. */
  readonly key: Int32Array;
  /** The rows of sums, one after another, in the order of the entries. */
  values: Float64Array;
  readonly columns: number;
  /** Keys that have been dropped, some of them perhaps more than once. */
  dropped = 0;
  /** What may be missing from a weight at most. */
  error = 0;
  /** How many keys there are. */
  size = 0;
  readonly #most: number;
  #keys: Int32Array;
  /** What an entry's weight may lack: the error when it came. */
  #missing: Float64Array;
  /** Where the last key was: of services, ports and minutes one flow mostly has its neighbour's. */
  #last = 0;
  /** Open addressing: entry + 1, or 0. */
  #slots: Int32Array;

  constructor(words: number, columns: number, most = MOST_KEYS) {
    this.key = new Int32Array(words);
    this.columns = columns;
    this.#most = most;
    const capacity = Math.min(most, FIRST_KEYS);
    this.values = new Float64Array(capacity * columns);
    this.#keys = new Int32Array(capacity * words);
    this.#missing = new Float64Array(capacity);
    this.#slots = new Int32Array(slotsFor(capacity));
  }

  /** The entry of `key`, a new one if need be; valid until the next call. */
  entry(): number {
    if (this.#last < this.size && this.holds(this.#last, this.key)) return this.#last;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(this.key, 0, this.key.length) & mask;
    for (; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] as number) - 1;
      if (entry < 0) break;
      if (this.holds(entry, this.key)) {
        this.#last = entry;
        return entry;
      }
    }
    this.#last = this.#insert(slot);
    return this.#last;
  }

  /** The key of an entry. */
  keyOf(entry: number): Int32Array {
    const words = this.key.length;
    return this.#keys.subarray(entry * words, (entry + 1) * words);
  }

  /** Whether these words stand in an entry's key, from `at` on. */
  holds(entry: number, words: Int32Array, at = 0): boolean {
    const from = entry * this.key.length + at;
    for (let word = 0; word < words.length; word++) {
      if (this.#keys[from + word] !== words[word]) return false;
    }
    return true;
  }

  value(entry: number, column: number): number {
    return this.values[entry * this.columns + column] ?? 0;
  }

  /** All entries, in the order in which their keys came. */
  entries(): IterableIterator<number> {
    return new Array(this.size).keys();
  }

  /** All entries, the heaviest first; equal ones by the column `tie`, then by key. */
  ranked(tie = 0): number[] {
    return [...this.entries()].sort(
      (a, b) =>
        this.value(b, 0) - this.value(a, 0) ||
        this.value(b, tie) - this.value(a, tie) ||
        this.#compareKeys(a, b),
    );
  }

  #insert(slot: number): number {
    if (this.size === this.#missing.length) {
      if (this.size < this.#most) this.#resize(Math.min(this.#most, this.size * 2));
      else this.#purge();
      return this.entry();
    }
    const entry = this.size++;
    this.#slots[slot] = entry + 1;
    const { key } = this;
    const at = entry * key.length;
    for (let word = 0; word < key.length; word++) this.#keys[at + word] = key[word] as number;
    this.#missing[entry] = this.error;
    return entry;
  }

  #resize(capacity: number): void {
    const { columns, key } = this;
    this.values = enlarge(this.values, new Float64Array(capacity * columns));
    this.#keys = enlarge(this.#keys, new Int32Array(capacity * key.length));
    this.#missing = enlarge(this.#missing, new Float64Array(capacity));
    this.#slots = new Int32Array(slotsFor(capacity));
    this.#index();
  }

  /** Drops every key that cannot be heavier than the median. */
  #purge(): void {
    const before = this.size;
    const bounds = scratch.subarray(0, before);
    for (let entry = 0; entry < before; entry++) bounds[entry] = this.#bound(entry);
    const median = select(bounds, before >> 1);
    this.size = 0;
    for (let entry = 0; entry < before; entry++) {
      if (this.#bound(entry) > median) this.#move(entry, this.size++);
    }
    this.values.fill(0, this.size * this.columns);
    this.error = median;
    this.dropped += before - this.size;
    this.#slots.fill(0);
    this.#index();
  }

  /** What the key's weight is at most. */
  #bound(entry: number): number {
    return (this.#missing[entry] as number) + (this.values[entry * this.columns] as number);
  }

  #move(from: number, to: number): void {
    const { columns, key } = this;
    this.values.copyWithin(to * columns, from * columns, (from + 1) * columns);
    this.#keys.copyWithin(to * key.length, from * key.length, (from + 1) * key.length);
    this.#missing.copyWithin(to, from, from + 1);
  }

  #index(): void {
    const words = this.key.length;
    const mask = this.#slots.length - 1;
    for (const entry of this.entries()) {
      let slot = hash(this.#keys, entry * words, words) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = entry + 1;
    }
  }

  #compareKeys(a: number, b: number): number {
    const [left, right] = [this.keyOf(a), this.keyOf(b)];
    const word = left.findIndex((value, index) => value !== right[index]);
    return word < 0 ? 0 : ((left[word] ?? 0) >>> 0) - ((right[word] ?? 0) >>> 0);
  }
}

/** At most half of the slots are taken. */
function slotsFor(keys: number): number {
  return 2 ** (33 - Math.clz32(keys - 1));
}

function enlarge<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Flows are made by strangers: who cannot know the seed cannot make keys that collide. */
const SEED = (Math.random() * 2 ** 32) | 0;

function hash(words: Int32Array, from: number, length: number): number {
  let mixed = SEED;
  for (let at = from; at < from + length; at++) {
    mixed = Math.imul(mixed ^ (words[at] as number), 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed;
}
