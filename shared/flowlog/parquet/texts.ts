import type { DecodedArray } from 'hyparquet';
import { viewOf } from './page.ts';

const BLANK = 32;
const UNDERSCORE = 95;
const ZERO = 48;
const DASH = 45;
const NEWLINE = 10;
const TWO_32 = 0x1_0000_0000;
/** A decimal of 64 bits with its sign, and the newline. */
const LONGEST_NUMBER = 21;
/** The reader of lines may look at this many bytes after a line. */
const SLACK = 16;

/** Values as they stand in lines, each with a newline after it: those given, and at the end `-`. */
export interface Texts {
  readonly bytes: Uint8Array;
  /** Where each value begins, and where the last one ends. */
  readonly starts: Int32Array;
}

/** The texts of values of any type. A missing value is `-`; times are seconds, as in text. */
export function writeValues(values: DecodedArray): Texts {
  if (values instanceof Int32Array) return writeInt32(values);
  if (values instanceof BigInt64Array) return writeInt64(values);
  const texts = Array.from<unknown, Uint8Array>(values, (value) =>
    value instanceof Uint8Array ? value : Buffer.from(textOf(value)),
  );
  const bytes = texts.reduce((sum, { length }) => sum + Math.max(length, 1) + 1, 0);
  const writer = new Writer(texts.length, bytes);
  for (const text of texts) writer.text(text, 0, text.length);
  return writer.end();
}

/** The texts of values in Parquet's plain encoding: before each stands its length in four bytes. */
export function writeByteArrays(bytes: Uint8Array, count: number): Texts {
  const view = viewOf(bytes);
  const writer = new Writer(count, bytes.length);
  for (let at = 0, index = 0; index < count; index++) {
    const from = at + 4;
    at = from + view.getUint32(at, true);
    if (at > bytes.length) throw new RangeError('a value ends beyond its page');
    writer.text(bytes, from, at);
  }
  return writer.end();
}

function writeInt32(values: Int32Array): Texts {
  const writer = new Writer(values.length, values.length * LONGEST_NUMBER);
  for (const value of values) {
    if (value >= 0) writer.digits(value);
    else writer.word(String(value));
  }
  return writer.end();
}

function writeInt64(values: BigInt64Array): Texts {
  const writer = new Writer(values.length, values.length * LONGEST_NUMBER);
  const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let index = 0; index < values.length; index++) {
    const high = halves[2 * index + 1] ?? 0;
    // Numbers of up to 53 bits are exact; negative ones have the highest bit.
    if (high < 0x20_0000) writer.digits(high * TWO_32 + (halves[2 * index] ?? 0));
    else writer.word(String(values[index]));
  }
  return writer.end();
}

function textOf(value: unknown): string {
  if (value instanceof Date) return String(Math.floor(value.getTime() / 1000));
  const isMissing = value === null || value === undefined || Number.isNaN(value);
  return isMissing ? '-' : String(value);
}

class Writer implements Texts {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  #at = 0;
  #count = 0;

  constructor(count: number, bytes: number) {
    this.bytes = new Uint8Array(bytes + 2 + SLACK);
    this.starts = new Int32Array(count + 2);
  }

  /** A value is one word in a line: what would separate it is written as an underscore. */
  text(text: Uint8Array, from: number, to: number): void {
    const bytes = this.bytes;
    let at = this.#at;
    for (let index = from; index < to; index++) {
      const byte = text[index] ?? 0;
      bytes[at++] = byte > BLANK ? byte : UNDERSCORE;
    }
    if (from === to) bytes[at++] = DASH;
    this.#endAt(at);
  }

  word(text: string): void {
    this.text(Buffer.from(text), 0, text.length);
  }

  /** An integer of up to 53 bits that is not negative. */
  digits(value: number): void {
    const from = this.#at;
    let last = from;
    for (let power = 10; value >= power; power *= 10) last++;
    let rest = value;
    for (let at = last; at >= from; at--) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#endAt(last + 1);
  }

  /** Writes the absent value, which is the last. */
  end(): Texts {
    this.text(this.bytes, 0, 0);
    return this;
  }

  #endAt(at: number): void {
    this.bytes[at] = NEWLINE;
    this.#at = at + 1;
    this.starts[++this.#count] = this.#at;
  }
}
