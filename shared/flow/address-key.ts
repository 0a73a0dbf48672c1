import type { Address } from './record.ts';

/** Words of a key that an address takes: its family and 128 bits. */
export const ADDRESS_WORDS = 5;

/** Writes an address into a key, from word `at` on. */
export function putAddress(key: Int32Array, at: number, { family, w0, w1, w2, w3 }: Address): void {
  key[at] = family;
  key[at + 1] = w0;
  const isLong = family === 6;
  key[at + 2] = isLong ? w1 : 0;
  key[at + 3] = isLong ? w2 : 0;
  key[at + 4] = isLong ? w3 : 0;
}
