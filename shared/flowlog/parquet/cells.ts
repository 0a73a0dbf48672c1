import { compileReader } from '../compile.ts';
import { ABSENT, type Dictionary, MAX_VALUE_BYTES } from '../text-fields.ts';
import { TextFlow } from '../text-flow.ts';
import { type Field, type Numbers, numbersOf } from './fields.ts';
import { viewOf } from './page.ts';
import type { Texts } from './texts.ts';

const DASH = 45;
/** Not looked up yet. */
const UNKNOWN = -1;

/**
 * The distinct values of a column, or the values of one of its pages: as they stand in a line, as the numbers
 * that they set in a flow, and by their numbers in a dictionary. The last is the one that is absent.
 */
export class Cells {
  readonly numbers: Numbers;
  readonly #width: number;
  /** Which values are not what the field's values are; undefined when all are. */
  readonly malformed: Uint8Array | undefined;
  /** The bytes that a value takes in a line, if all take as many. */
  readonly #evenBytes: number | undefined;
  readonly #bytes: Uint8Array;
  /** Where each value begins, and where the last one ends. Each has a newline at its end. */
  readonly #starts: Int32Array;
  #ids: Int32Array | undefined;

  constructor(field: string, { bytes, starts }: Texts) {
    this.#bytes = bytes;
    this.#starts = starts;
    const read = numbersOf(field);
    this.#width = read?.width ?? 0;
    this.numbers = new (read?.isUnsigned ? Float64Array : Int32Array)(this.#width * this.size);
    this.malformed = read && this.#read(field, read.store);
    this.#evenBytes = this.#sameBytes();
  }

  /** The number of values, with the absent one. */
  get size(): number {
    return this.#starts.length - 1;
  }

  /** The bytes that the value takes in a line, with what separates it from the next. */
  bytesOf(cell: number): number {
    return (this.#starts[cell + 1] ?? 0) - (this.#starts[cell] ?? 0);
  }

  /** The same for the cells of rows, from one row to another. */
  bytesOfAll(rows: Uint8Array | Int32Array, from: number, to: number): number {
    if (this.#evenBytes !== undefined) return this.#evenBytes * (to - from);
    const starts = this.#starts;
    let bytes = 0;
    for (let row = from; row < to; row++) {
      const cell = rows[row] ?? 0;
      bytes += (starts[cell + 1] ?? 0) - (starts[cell] ?? 0);
    }
    return bytes;
  }

  text(cell: number, most = Number.POSITIVE_INFINITY): string {
    const from = this.#starts[cell] ?? 0;
    const end = (this.#starts[cell + 1] ?? 1) - 1;
    return Buffer.from(this.#bytes.subarray(from, Math.min(end, from + most))).toString();
  }

  isAbsent(cell: number): boolean {
    return this.bytesOf(cell) === 2 && this.#bytes[this.#starts[cell] ?? 0] === DASH;
  }

  /** The value's number in the dictionary, which is the same at every call. */
  id(cell: number, dictionary: Dictionary): number {
    this.#ids ??= new Int32Array(this.size).fill(UNKNOWN);
    let id = this.#ids[cell] ?? ABSENT;
    if (id === UNKNOWN) {
      id = dictionary.idOf(this.#bytes, this.#starts[cell] ?? 0, (this.#starts[cell + 1] ?? 1) - 1);
      this.#ids[cell] = id;
    }
    return id;
  }

  said(cell: number): string {
    return this.isAbsent(cell) ? '' : this.text(cell, MAX_VALUE_BYTES);
  }

  #sameBytes(): number | undefined {
    const first = this.bytesOf(0);
    for (let cell = 1; cell < this.size; cell++) {
      if (this.bytesOf(cell) !== first) return undefined;
    }
    return first;
  }

  /** Reads each value as a line of one field; returns which are malformed, if any. */
  #read(field: string, store: Field['store']): Uint8Array | undefined {
    const reader = compileReader(formatOf(field));
    const flow = new TextFlow();
    const bytes = this.#bytes;
    const view = viewOf(bytes);
    let malformed: Uint8Array | undefined;
    for (let cell = 0; cell < this.size; cell++) {
      if (reader(bytes, view, this.#starts[cell] ?? 0, flow) < 0) {
        malformed ??= new Uint8Array(this.size);
        malformed[cell] = 1;
      } else store(flow, this.numbers, cell * this.#width);
    }
    return malformed;
  }
}

const formats = new Map<string, readonly [string]>();

/** The format of one field: always the same one, because its reader is made once. */
function formatOf(field: string): readonly [string] {
  const format = formats.get(field) ?? [field];
  formats.set(field, format);
  return format;
}
