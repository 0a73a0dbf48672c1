import { Address } from './record.ts';

/** Words of a key that an address takes: its family and 128 bits. */
export const ADDRESS_WORDS = 5;

/** The bits of a key's first word that have the family. */
const FAMILY_BITS = 3;

/** The family in the first word of an address in a key. */
export function familyIn(word: number): number {
  return word & ((1 << FAMILY_BITS) - 1);
}

/** The address in a key, from word `at` on. */
export function addressIn(key: Int32Array, at: number): Address {
  const [first = 0, w0 = 0, w1 = 0, w2 = 0, w3 = 0] = key.subarray(at, at + ADDRESS_WORDS);
  return Object.assign(new Address(), { family: familyIn(first), w0, w1, w2, w3 });
}

/** The mark in the first word of an address in a key. */
export function markIn(word: number): number {
  return word >>> FAMILY_BITS;
}

/**
 * Writes an address into a key, from word `at` on. A mark, from 1 to 2^28, tells apart what has the same address; 0
 * is none.
 */
export function putAddress(
  key: Int32Array,
  at: number,
  { family, w0, w1, w2, w3 }: Address,
  mark = 0,
): void {
  key[at] = family | (mark << FAMILY_BITS);
  key[at + 1] = w0;
  const isLong = family === 6;
  key[at + 2] = isLong ? w1 : 0;
  key[at + 3] = isLong ? w2 : 0;
  key[at + 4] = isLong ? w3 : 0;
}
