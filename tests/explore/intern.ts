/** An interned value: equal values are the same object and have the same number. */
export interface Interned<T> {
  readonly id: number;
  readonly value: T;
}

/** Interns values. Two values are equal when their texts are. */
export class Interner<T> {
  readonly #known = new Map<string, Interned<T>>();
  readonly #textOf: (value: T) => string;

  constructor(textOf: (value: T) => string = JSON.stringify) {
    this.#textOf = textOf;
  }

  of(value: T): Interned<T> {
    const text = this.#textOf(value);
    const before = this.#known.get(text);
    if (before !== undefined) return before;
    const interned = { id: this.#known.size, value };
    this.#known.set(text, interned);
    return interned;
  }
}

const SMALLEST = 1 << 16;

/**
 * The states seen so far, as hashes of 53 bits: 8 bytes per state instead of about 100. With ten million states, one
 * exploration in two hundred has a collision, and misses a state.
 */
export class StateSet {
  #slots = new Float64Array(SMALLEST);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether the state is new. */
  add(numbers: readonly number[]): boolean {
    if (this.#size * 2 > this.#slots.length) this.#grow();
    const hash = hashOf(numbers);
    const slot = find(this.#slots, hash);
    if (this.#slots[slot] === hash) return false;
    this.#slots[slot] = hash;
    this.#size += 1;
    return true;
  }

  #grow(): void {
    const slots = new Float64Array(this.#slots.length * 2);
    for (const hash of this.#slots) if (hash !== 0) slots[find(slots, hash)] = hash;
    this.#slots = slots;
  }
}

/** The hash's slot, or the free slot for it. */
function find(slots: Float64Array, hash: number): number {
  let slot = hash % slots.length;
  while (slots[slot] !== 0 && slots[slot] !== hash) slot = (slot + 1) % slots.length;
  return slot;
}

/** Two of MurmurHash3's 32-bit hashes as one number above 0. */
function hashOf(numbers: readonly number[]): number {
  let high = 0x9747b28c;
  let low = 0x3c6ef372;
  for (const number of numbers) {
    high = mix(high, number);
    low = mix(low, number ^ 0x5bd1e995);
  }
  return (finish(high) & 0x1f_ffff) * 2 ** 32 + finish(low) + 1;
}

function mix(hash: number, number: number): number {
  let word = Math.imul(number, 0xcc9e2d51);
  word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
  const mixed = hash ^ word;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
