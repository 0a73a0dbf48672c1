import { type Dictionary, MAX_VALUE_BYTES } from '../text-fields.ts';
import type { Field, Numbers } from './fields.ts';
import { Integers } from './integers.ts';
import type { Memory } from './memory.ts';
import { readIntegers, readTexts } from './read-values.ts';
import type { Texts } from './texts.ts';
import type { Values } from './values.ts';

/** Not looked up yet. */
const UNKNOWN = -1;

/**
 * The distinct values of a column, or the values of one of its pages: as they stand in a line, as the numbers
 * that they set in a flow, and by their numbers in a dictionary.
 */
export class Cells {
  readonly numbers: Numbers;
  /** Which values are not what the field's values are; undefined when all are. */
  readonly malformed: Uint8Array | undefined;
  readonly #values: Values;
  #ids: Int32Array | undefined;
  #bytes: Int32Array | undefined;
  #isEven: boolean | undefined;

  /** A field is undefined where any text will do and nothing is set. */
  constructor(field: Field | undefined, values: Texts | Integers, memory: Memory) {
    this.#values = values;
    const size = values.size * (field?.width ?? 0);
    this.numbers = memory.take('numbers', field?.isUnsigned ? 'floats' : 'integers', size);
    if (field === undefined) return;
    this.malformed =
      values instanceof Integers
        ? readIntegers(field, values, this.numbers)
        : readTexts(field, values, this.numbers);
  }

  get size(): number {
    return this.#values.size;
  }

  /** The bytes that the values of these rows take in their lines. */
  bytesOf(rows: Uint8Array | Int32Array): number {
    const sizes = this.#sizes;
    let bytes = 0;
    for (let row = 0; row < rows.length; row++) bytes += sizes[rows[row] as number] as number;
    return bytes;
  }

  /** The bytes that a value takes in a line, where all but the absent one take as many. */
  get evenBytes(): number | undefined {
    const [first = 0] = this.#sizes;
    this.#isEven ??= this.#sizes.subarray(0, -1).every((size) => size === first);
    return this.#isEven ? first : undefined;
  }

  /** The bytes that all values but the absent one take in their lines. */
  get allBytes(): number {
    return this.#values.bytesOfAll;
  }

  get #sizes(): Int32Array {
    if (this.#bytes !== undefined) return this.#bytes;
    const bytes = new Int32Array(this.size);
    for (let cell = 0; cell < bytes.length; cell++) bytes[cell] = this.#values.bytesOf(cell);
    this.#bytes = bytes;
    return bytes;
  }

  text(cell: number): string {
    return this.#values.text(cell);
  }

  /** The value's number in the dictionary, which is the same at every call. */
  id(cell: number, dictionary: Dictionary): number {
    this.#ids ??= new Int32Array(this.size).fill(UNKNOWN);
    const id = this.#ids[cell] ?? UNKNOWN;
    return id === UNKNOWN ? this.#look(cell, dictionary) : id;
  }

  said(cell: number): string {
    return this.#values.isAbsent(cell) ? '' : this.#values.text(cell, MAX_VALUE_BYTES);
  }

  #look(cell: number, dictionary: Dictionary): number {
    const id = this.#values.id(cell, dictionary);
    if (this.#ids) this.#ids[cell] = id;
    return id;
  }
}
