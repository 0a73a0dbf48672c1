import type { Dictionary } from '../text-fields.ts';
import type { Values } from './cells.ts';

const TWO_32 = 0x1_0000_0000;

/** Integers of 32 or 64 bits, and at the end the one that is absent. Their texts are made on demand. */
export class Integers implements Values {
  readonly size: number;
  readonly #values: Int32Array;
  /** 32-bit words of a value, the lowest first. */
  readonly #words: number;

  constructor(values: Int32Array | BigInt64Array) {
    this.size = values.length + 1;
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

  /** A float: exact up to 53 bits. */
  value(cell: number): number {
    return this.high(cell) * TWO_32 + (this.low(cell) >>> 0);
  }

  bytesOf(cell: number): number {
    if (this.isAbsent(cell)) return 2;
    const value = this.value(cell);
    if (!(value >= 0 && Number.isSafeInteger(value))) return this.text(cell).length + 1;
    let bytes = 2;
    for (let power = 10; value >= power; power *= 10) bytes++;
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
