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
  /** The rows of the entries. An entry's sums begin at `entry * stride`, one for each column. */
  values: Float64Array;
  readonly columns: number;
  readonly stride: number;
  /** Keys dropped; one that came back and was dropped again counts twice. */
  dropped = 0;
  /** The most that a weight can be too low. */
  error = 0;
  /** The number of entries. */
  size = 0;
  /** The entry of the last key. Neighbouring flows mostly have the same service, port and minute. */
  #last = 0;
  readonly #most: number;
  readonly #onMove: () => void;
  /**
   * The rows as words. A row is the sums, the most that the weight can be too low, which is the error when the entry
   * was inserted, and the key: what is looked at together stands together, because every place in memory takes time.
   */
  #words: Int32Array;
  readonly #keyAt: number;
  #capacity: number;
  /** Hash table with open addressing: pairs of a key's hash and its entry + 1, which is 0 where a slot is free. */
  #slots: Int32Array;

  /** `onMove` is called after entries were moved or dropped. */
  constructor(words: number, columns: number, most = MOST_KEYS, onMove = () => {}) {
    this.#onMove = onMove;
    this.key = new Int32Array(words);
    this.columns = columns;
    this.stride = columns + 1 + Math.ceil(words / 2);
    this.#keyAt = 2 * (columns + 1);
    this.#most = most;
    this.#capacity = Math.min(most, FIRST_KEYS);
    this.values = new Float64Array(this.#capacity * this.stride);
    this.#words = new Int32Array(this.values.buffer);
    this.#slots = new Int32Array(slotsFor(this.#capacity));
  }

  /** The entry of `key`, which is inserted if it is new. The next call may move or drop it. */
  entry(): number {
    const { key } = this;
    if (this.#last < this.size && this.holds(this.#last, key)) return this.#last;
    const hash = hashOf(key, 0, key.length);
    const slot = this.#slotOf(hash);
    const entry = (this.#slots[slot + 1] as number) - 1;
    this.#last = entry < 0 ? this.#insert(slot, hash) : entry;
    return this.#last;
  }

  /** The entry of `key`; -1 when there is none. */
  find(): number {
    const { key } = this;
    if (this.#last < this.size && this.holds(this.#last, key)) return this.#last;
    return (this.#slots[this.#slotOf(hashOf(key, 0, key.length)) + 1] as number) - 1;
  }

  /** A view of an entry's key. */
  keyOf(entry: number): Int32Array {
    const at = this.#wordOf(entry);
    return this.#words.subarray(at, at + this.key.length);
  }

  /** Whether an entry's key has these words, from word `at` on. */
  holds(entry: number, words: Int32Array, at = 0): boolean {
    const from = this.#wordOf(entry) + at;
    for (let word = 0; word < words.length; word++) {
      if (this.#words[from + word] !== words[word]) return false;
    }
    return true;
  }

  /** One of an entry's sums. */
  value(entry: number, column: number): number {
    return this.values[entry * this.stride + column] ?? 0;
  }

  /** Whether an entry's sums lack nothing: its key was never dropped before. */
  isExact(entry: number): boolean {
    return this.#missingOf(entry) === 0;
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
    const { key, size } = this;
    const row = new Float64Array(this.columns);
    this.size = 0;
    this.#slots.fill(0);
    for (let entry = 0; entry < size; entry++) {
      const sums = this.#sumsOf(entry);
      row.set(sums);
      sums.fill(0);
      key.set(this.keyOf(entry));
      change(key, row[0] as number);
      // The entry of the new key is never behind the one that is read: no sums are overwritten before they are.
      this.#add(row);
    }
    this.#onMove();
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
      const sums = from.#sumsOf(entry);
      this.#add(sums);
      sums.fill(0);
      (this.values[this.#last * this.stride + this.columns] as number) += from.error;
    }
  }

  /** Adds a row of sums to the entry of `key`. */
  #add(row: Float64Array): void {
    const at = this.entry() * this.stride;
    for (const [column, sum] of row.entries()) (this.values[at + column] as number) += sum;
  }

  #sumsOf(entry: number): Float64Array {
    return this.values.subarray(entry * this.stride, entry * this.stride + this.columns);
  }

  #missingOf(entry: number): number {
    return this.values[entry * this.stride + this.columns] as number;
  }

  #wordOf(entry: number): number {
    return 2 * entry * this.stride + this.#keyAt;
  }

  /** The slot of `key`, or else the one that it would take. Keys with other hashes are not looked at. */
  #slotOf(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 2;
    let slot = (hash << 1) & mask;
    for (; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
      if (slots[slot] === hash && this.holds((slots[slot + 1] as number) - 1, this.key)) break;
    }
    return slot;
  }

  #insert(slot: number, hash: number): number {
    if (this.size === this.#capacity) {
      if (this.size < this.#most) this.#resize(Math.min(this.#most, this.size * 2));
      else this.#purge();
      return this.entry();
    }
    const entry = this.size++;
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = entry + 1;
    const { key } = this;
    const at = this.#wordOf(entry);
    for (let word = 0; word < key.length; word++) this.#words[at + word] = key[word] as number;
    this.values[entry * this.stride + this.columns] = this.error;
    return entry;
  }

  #resize(capacity: number): void {
    const values = new Float64Array(capacity * this.stride);
    values.set(this.values);
    this.#hold(values);
    this.#index();
  }

  /** Keeps rows here from now on, as many as there is room for. */
  #hold(values: Float64Array): void {
    this.#capacity = values.length / this.stride;
    this.values = values;
    this.#words = new Int32Array(values.buffer);
    this.#slots = new Int32Array(slotsFor(this.#capacity));
  }

  /** Drops every entry whose upper bound is at most the median's. */
  #purge(): void {
    const { stride, size: before } = this;
    const bounds = before > MOST_KEYS ? new Float64Array(before) : scratch.subarray(0, before);
    for (let entry = 0; entry < before; entry++) bounds[entry] = this.#bound(entry);
    const median = quickselect(bounds, before >> 1);
    this.size = 0;
    for (let entry = 0; entry < before; entry++) {
      if (this.#bound(entry) <= median) continue;
      this.values.copyWithin(this.size++ * stride, entry * stride, (entry + 1) * stride);
    }
    this.values.fill(0, this.size * stride);
    this.error = median;
    this.dropped += before - this.size;
    this.#slots.fill(0);
    this.#index();
    this.#onMove();
  }

  /** The upper bound of an entry's weight. */
  #bound(entry: number): number {
    return this.#missingOf(entry) + (this.values[entry * this.stride] as number);
  }

  #index(): void {
    const slots = this.#slots;
    const mask = slots.length - 2;
    for (let entry = 0; entry < this.size; entry++) {
      const hash = hashOf(this.#words, this.#wordOf(entry), this.key.length);
      let slot = (hash << 1) & mask;
      while (slots[slot + 1] !== 0) slot = (slot + 2) & mask;
      slots[slot] = hash;
      slots[slot + 1] = entry + 1;
    }
  }

  #compareKeys(a: number, b: number): number {
    const [left, right] = [this.keyOf(a), this.keyOf(b)];
    const word = left.findIndex((value, index) => value !== right[index]);
    return word < 0 ? 0 : ((left[word] ?? 0) >>> 0) - ((right[word] ?? 0) >>> 0);
  }
}

/** Words of the hash table: a power of two, so large that at most half of the slots are taken. */
function slotsFor(keys: number): number {
  return 2 ** (34 - Math.clz32(keys - 1));
}

const MOST_WORDS = 16;
/** Random, so that crafted flows cannot make keys collide. */
const SEEDS = Int32Array.from({ length: MOST_WORDS }, () => Math.random() * 2 ** 32);

/** Words are mixed each for itself, which a processor does several at a time. */
function hashOf(words: Int32Array, from: number, length: number): number {
  let sum = 0;
  for (let word = 0; word < length; word++) {
    const mixed = Math.imul((words[from + word] as number) ^ (SEEDS[word] as number), 0x9e3779b1);
    sum = (sum + Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77)) | 0;
  }
  sum = Math.imul(sum ^ (sum >>> 15), 0x9e3779b1);
  return sum ^ (sum >>> 15);
}
