import type { DecodedArray } from 'hyparquet';
import { BLANK, DASH, NEWLINE } from '../../text/ascii.ts';
import type { Dictionary } from '../text-fields.ts';
import type { Memory } from './memory.ts';
import type { Values } from './values.ts';
import { viewOf } from './view-of.ts';

const UNDERSCORE = 95;
/** The reader of lines may look at this many bytes after a line. */
const SLACK = 16;
/** What stands after the values: the absent one, and what the reader of lines may look at. */
const END = Buffer.from(`-\n${'\0'.repeat(SLACK)}`);

/** Values as they stand in lines, each with a newline after it: those of a page, and at the end `-`. */
export class Texts implements Values {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;

  /** An empty value is absent. The last bytes are END. */
  constructor(bytes: Uint8Array, starts: Int32Array, ends: Int32Array) {
    this.bytes = bytes;
    this.starts = starts;
    this.ends = ends;
    const absent = bytes.length - END.length;
    for (let cell = 0; cell < starts.length; cell++) {
      if (starts[cell] !== ends[cell]) continue;
      starts[cell] = absent;
      ends[cell] = absent + 1;
    }
  }

  get size(): number {
    return this.starts.length;
  }

  bytesOf(cell: number): number {
    return (this.ends[cell] ?? 0) - (this.starts[cell] ?? 0) + 1;
  }

  get bytesOfAll(): number {
    let bytes = 0;
    for (let cell = 0; cell < this.size - 1; cell++) bytes += this.bytesOf(cell);
    return bytes;
  }

  text(cell: number, most = Number.POSITIVE_INFINITY): string {
    const [from, end] = this.word(cell);
    return Buffer.from(this.bytes.subarray(from, Math.min(end, from + most))).toString();
  }

  isAbsent(cell: number): boolean {
    return this.bytesOf(cell) === 2 && this.bytes[this.starts[cell] ?? 0] === DASH;
  }

  id(cell: number, dictionary: Dictionary): number {
    return dictionary.idOf(this.bytes, ...this.word(cell));
  }

  /** Where a value begins and ends. What would separate it in a line becomes an underscore. */
  word(cell: number): [number, number] {
    const from = this.starts[cell] ?? 0;
    const end = this.ends[cell] ?? 0;
    const bytes = this.bytes;
    for (let at = from; at < end; at++) if ((bytes[at] ?? 0) <= BLANK) bytes[at] = UNDERSCORE;
    return [from, end];
  }
}

/** The texts of values of any type. A missing value is `-`; times are seconds, as in text. */
export function textsOf(values: DecodedArray): Texts {
  return joined(
    Array.from<unknown, Uint8Array>(values, (value) =>
      value instanceof Uint8Array ? value : Buffer.from(textOf(value)),
    ),
  );
}

/** These texts, and the absent one. */
export function joined(texts: readonly Uint8Array[]): Texts {
  const starts = new Int32Array(texts.length + 1);
  const ends = new Int32Array(texts.length + 1);
  let at = 0;
  for (const [index, { length }] of texts.entries()) {
    starts[index] = at;
    ends[index] = at + length;
    at += length + 1;
  }
  const newline = Uint8Array.of(NEWLINE);
  return new Texts(Buffer.concat([...texts.flatMap((text) => [text, newline]), END]), starts, ends);
}

/** Values in Parquet's plain encoding: before each stands its length in four bytes. */
export function plainTexts(page: Uint8Array, count: number, memory: Memory): Texts {
  const bytes = memory.take('texts', 'bytes', page.length + 1 + END.length);
  bytes.set(page);
  bytes.set(END, page.length + 1);
  const view = viewOf(bytes);
  const starts = memory.take('starts', 'integers', count + 1);
  const ends = memory.take('ends', 'integers', count + 1);
  let length = count > 0 ? view.getUint32(0, true) : 0;
  for (let index = 0, at = 0; index < count; index++) {
    const from = at + 4;
    at = from + length;
    if (at > page.length) throw new RangeError('a value ends beyond its page');
    starts[index] = from;
    ends[index] = at;
    // The newline takes the place of the next value's length.
    length = view.getUint32(at, true);
    bytes[at] = NEWLINE;
  }
  starts[count] = ends[count] = 0;
  return new Texts(bytes, starts, ends);
}

function textOf(value: unknown): string {
  if (value instanceof Date) return String(Math.floor(value.getTime() / 1000));
  const isMissing = value === null || value === undefined || Number.isNaN(value);
  return isMissing ? '-' : String(value);
}
