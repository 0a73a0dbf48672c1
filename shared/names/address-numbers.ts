import { ADDRESS_WORDS, putAddress } from '../flow/address-key.ts';
import { HeavyHitters } from '../flow/heavy-hitters.ts';
import type { Address } from '../flow/record.ts';

const FIRST_SLOTS = 2048;
/** Random, so that crafted addresses cannot collide. */
const SEED = (Math.random() * 2 ** 32) | 0;

/**
 * Numbers for addresses, from 1 on; 0 is none. IPv4 has a hash table of its own, in which an address stands beside its
 * number: most flows look one up, and every place in memory that it looks at takes time.
 */
export class AddressNumbers {
  /** How many addresses have a number. */
  size = 0;
  /** Pairs of address and number, open addressing. The number of a free one is 0. */
  #slots = new Int32Array(2 * FIRST_SLOTS);
  #taken = 0;
  readonly #v6: HeavyHitters;

  /** There is room for so many IPv6 addresses. */
  constructor(most: number) {
    this.#v6 = new HeavyHitters(ADDRESS_WORDS, 1, most);
  }

  /** The number of an address, which gets one if it is new. */
  add(address: Address): number {
    return address.family === 4 ? this.#addV4(address.w0) : this.#addV6(address);
  }

  /** The number of an address; 0 when it has none. */
  find(address: Address): number {
    if (address.family === 4) return this.#slots[this.#slotOf(address.w0) + 1] as number;
    putAddress(this.#v6.key, 0, address);
    const entry = this.#v6.find();
    return entry < 0 ? 0 : this.#v6.value(entry, 0);
  }

  #addV4(word: number): number {
    const slot = this.#slotOf(word);
    const known = this.#slots[slot + 1] as number;
    if (known !== 0) return known;
    this.#slots[slot] = word;
    this.#slots[slot + 1] = ++this.size;
    if (++this.#taken * 4 > this.#slots.length) this.#enlarge();
    return this.size;
  }

  #addV6(address: Address): number {
    putAddress(this.#v6.key, 0, address);
    const at = this.#v6.entry() * this.#v6.stride;
    this.#v6.values[at] ||= ++this.size;
    return this.#v6.values[at] as number;
  }

  /** Where the address stands, or else would stand. */
  #slotOf(word: number): number {
    const slots = this.#slots;
    const mask = slots.length - 2;
    let slot = scrambled(word) & mask;
    while (slots[slot + 1] !== 0 && slots[slot] !== word) slot = (slot + 2) & mask;
    return slot;
  }

  #enlarge(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(2 * before.length);
    for (let at = 0; at < before.length; at += 2) {
      if (before[at + 1] === 0) continue;
      const slot = this.#slotOf(before[at] as number);
      this.#slots[slot] = before[at] as number;
      this.#slots[slot + 1] = before[at + 1] as number;
    }
  }
}

/** A word that no other word becomes, so that it stands for it; all its bits are spread evenly. */
export function scrambled(word: number): number {
  let mixed = Math.imul(word ^ SEED, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
