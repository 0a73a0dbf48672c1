import type { Dictionary } from '../text-fields.ts';
import type { Values } from './values.ts';

/** Integers of 32 or 64 bits, and at the end the one that is absent. Their texts are made on demand. */
export class Integers implements Values {
  readonly size: number;
  /** The number of values without the absent one. */
  readonly present: number;
  readonly #values: Int32Array;
  /** 32-bit words of a value, the lowest first. */
  readonly #words: number;

  constructor(values: Int32Array | BigInt64Array) {
    this.size = values.length + 1;
    this.present = values.length;
    this.#words = values instanceof Int32Array ? 1 : 2;
    this.#values = new Int32Array(values.buffer, values.byteOffset, values.length * this.#words);
  }

  low(cell: number): number {
    return this.#values[cell * this.#words] ?? 0;
  }

  /** Negative for a negative integer. */
  high(cell: number): number {
    return this.#words === 2 ? (this.#values[2 * cell + 1] ?? 0) : this.low(cell) >> 31;
  }

  bytesOf(cell: number): number {
    if (this.isAbsent(cell)) return 2;
    const isShort = this.high(cell) === 0;
    return (isShort ? digitsOf(this.low(cell) >>> 0) : this.text(cell).length) + 1;
  }

  get bytesOfAll(): number {
    let bytes = 0;
    for (let cell = 0; cell < this.present; cell++) bytes += this.bytesOf(cell);
    return bytes;
  }

  text(cell: number): string {
    if (this.isAbsent(cell)) return '-';
    return String((BigInt(this.high(cell)) << 32n) | BigInt(this.low(cell) >>> 0));
  }

  isAbsent(cell: number): boolean {
    return cell === this.size - 1;
  }

  id(cell: number, dictionary: Dictionary): number {
    const text = Buffer.from(this.text(cell));
    return dictionary.idOf(text, 0, text.length);
  }
}

/** The digits that every integer of so many leading zero bits has; the larger of them have one more. */
const LEAST_DIGITS = Int32Array.from(
  { length: 33 },
  (_, zeros) => String(Math.floor(2 ** (31 - zeros))).length,
);
const POWERS = Float64Array.from({ length: 11 }, (_, digits) => 10 ** digits);

/** The number of digits of an integer of 32 bits without a sign. */
function digitsOf(value: number): number {
  const least = LEAST_DIGITS[Math.clz32(value)] as number;
  return value < (POWERS[least] as number) ? least : least + 1;
}
