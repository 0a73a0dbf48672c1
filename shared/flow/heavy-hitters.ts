import { quickselect } from './quickselect.ts';

/** Keys kept by default; beyond this, the lighter half is dropped. */
const MOST_KEYS = 65_536;
const FIRST_KEYS = 1024;
/** More keys than one flow can bring. */
const NEARLY = 32;
/** Shared by instances of the default size: half a megabyte per purge is allocated faster than it is collected. */
const scratch = new Float64Array(MOST_KEYS);

/**
 * Sums per key in bounded memory: the heavy hitters of a stream. A key is a few 32-bit words; its sums are a
 * row of columns, the first of which is its weight. As long as all keys fit, every sum is exact. When a key
 * does not fit, the lighter half is dropped (Misra and Gries' algorithm, purged at the median as in Anderson
 * et al., https://arxiv.org/abs/1705.07001). From then on a key's sums cover the time since it was last
 * inserted. Its weight is too low by at most `error`, which is at most 2 / `most` of the total weight, and no
 * key heavier than `error` is missing.
 */
export class HeavyHitters {
  /** The key of the next call of `entry`; the caller writes it. */
  readonly key: Int32Array;
  /** The rows of sums, `columns` numbers each, in the order of the entries. */
  values: Float64Array;
  readonly columns: number;
  /** Keys dropped; one that came back and was dropped again counts twice. */
  dropped = 0;
  /** The most that a weight can be too low. */
  error = 0;
  /** The number of entries. */
  size = 0;
  readonly #most: number;
  #keys: Int32Array;
  /** The most that each entry's weight can be too low: the error when it was inserted. */
  #missing: Float64Array;
  /** The entry of the last key. Neighbouring flows mostly have the same service, port and minute. */
  #last = 0;
  /** Hash table with open addressing: entry + 1, or 0 for a free slot. */
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

  /** The entry of `key`, which is inserted if it is new. The next call may move or drop it. */
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

  /** The entry of `key`; -1 when there is none. */
  find(): number {
    if (this.#last < this.size && this.holds(this.#last, this.key)) return this.#last;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash(this.key, 0, this.key.length) & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] as number) - 1;
      if (entry < 0 || this.holds(entry, this.key)) return entry < 0 ? -1 : entry;
    }
  }

  /** A view of an entry's key. */
  keyOf(entry: number): Int32Array {
    const words = this.key.length;
    return this.#keys.subarray(entry * words, (entry + 1) * words);
  }

  /** Whether an entry's key has these words, from word `at` on. */
  holds(entry: number, words: Int32Array, at = 0): boolean {
    const from = entry * this.key.length + at;
    for (let word = 0; word < words.length; word++) {
      if (this.#keys[from + word] !== words[word]) return false;
    }
    return true;
  }

  /** One of an entry's sums. */
  value(entry: number, column: number): number {
    return this.values[entry * this.columns + column] ?? 0;
  }

  /** Whether an entry's sums lack nothing: its key was never dropped before. */
  isExact(entry: number): boolean {
    return this.#missing[entry] === 0;
  }

  /** All entries, in the order in which their keys came. */
  entries(): IterableIterator<number> {
    return new Array(this.size).keys();
  }

  /** All entries in descending order of weight, then of the column `tie`, then in ascending order of key. */
  ranked(tie = 0): number[] {
    return [...this.entries()].sort(
      (a, b) =>
        this.value(b, 0) - this.value(a, 0) ||
        this.value(b, tie) - this.value(a, tie) ||
        this.#compareKeys(a, b),
    );
  }

  /** Whether so few more keys fit that the lighter half may soon be dropped. */
  get isNearlyFull(): boolean {
    return this.size > this.#most - NEARLY;
  }

  /** Changes every key, and adds up the sums of keys that become one. Overwrites `key`. */
  rekey(change: (key: Int32Array, weight: number) => void): void {
    const { columns, key, size } = this;
    const row = new Float64Array(columns);
    this.size = 0;
    this.#slots.fill(0);
    for (let entry = 0; entry < size; entry++) {
      const values = this.values.subarray(entry * columns, (entry + 1) * columns);
      row.set(values);
      values.fill(0);
      key.set(this.#keys.subarray(entry * key.length, (entry + 1) * key.length));
      change(key, row[0] as number);
      // The entry of the new key is never behind the one that is read: no sums are overwritten before they are.
      const at = this.entry() * columns;
      for (let column = 0; column < columns; column++) {
        (this.values[at + column] as number) += row[column] as number;
      }
    }
  }

  /**
   * Takes over the entries of `from` whose key ends with the word `tag`, which their keys lack here. What a weight
   * lacked there, all weights may lack here.
   */
  take(from: HeavyHitters, tag: number): void {
    const last = this.key.length;
    this.error += from.error;
    this.dropped += from.dropped;
    for (const entry of from.entries()) {
      const key = from.keyOf(entry);
      if (key[last] !== tag) continue;
      this.key.set(key.subarray(0, last));
      this.#add(from.values.subarray(entry * this.columns, (entry + 1) * this.columns));
      (this.#missing[this.#last] as number) += from.error;
    }
  }

  /** Adds a row of sums to the entry of `key`, and empties it. */
  #add(row: Float64Array): void {
    const at = this.entry() * this.columns;
    for (const [column, sum] of row.entries()) (this.values[at + column] as number) += sum;
    row.fill(0);
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

  /** Drops every entry whose upper bound is at most the median's. */
  #purge(): void {
    const before = this.size;
    const bounds = before > MOST_KEYS ? new Float64Array(before) : scratch.subarray(0, before);
    for (let entry = 0; entry < before; entry++) bounds[entry] = this.#bound(entry);
    const median = quickselect(bounds, before >> 1);
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

  /** The upper bound of an entry's weight. */
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

/** A power of two, so large that at most half of the slots are taken. */
function slotsFor(keys: number): number {
  return 2 ** (33 - Math.clz32(keys - 1));
}

function enlarge<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Random, so that crafted flows cannot make keys collide. */
const SEED = (Math.random() * 2 ** 32) | 0;

function hash(words: Int32Array, from: number, length: number): number {
  let mixed = SEED;
  for (let at = from; at < from + length; at++) {
    mixed = Math.imul(mixed ^ (words[at] as number), 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed;
}
