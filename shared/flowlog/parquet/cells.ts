import type { DecodedArray } from 'hyparquet';

const BLANK = 32;
const UNDERSCORE = 95;
const ZERO = 48;
const TWO_32 = 0x1_0000_0000;
/** A decimal of 64 bits and the blank after it. */
const LONGEST_NUMBER = 21;

/** Values as they stand in a line, each with the blank after it. The first is the one that is absent. */
export interface Cells {
  readonly bytes: Uint8Array;
  /** Where each cell begins, and where the last one ends. */
  readonly starts: Int32Array;
}

/** The cells of values of any type. A missing value is `-`; times are seconds, as in text. */
export function cellsOf(values: DecodedArray): Cells {
  if (values instanceof Int32Array) return cellsOfInt32(values);
  if (values instanceof BigInt64Array) return cellsOfInt64(values);
  const texts = Array.from<unknown, string | Uint8Array>(values, (value) =>
    value instanceof Uint8Array ? value : textOf(value),
  );
  return cellsOfTexts(texts);
}

function textOf(value: unknown): string {
  if (value instanceof Date) return String(Math.floor(value.getTime() / 1000));
  const isMissing = value === null || value === undefined || Number.isNaN(value);
  return isMissing ? '-' : String(value);
}

class CellWriter {
  bytes: Uint8Array;
  at = 2;
  readonly starts: Int32Array;
  #cell = 1;

  constructor(cells: number, bytes: number) {
    this.bytes = Buffer.from('- ');
    const room = new Uint8Array(2 + bytes);
    room.set(this.bytes);
    this.bytes = room;
    this.starts = new Int32Array(cells + 2);
    this.starts[1] = 2;
  }

  /** Ends a cell. */
  end(): void {
    this.bytes[this.at++] = BLANK;
    this.starts[++this.#cell] = this.at;
  }

  text(bytes: Uint8Array): void {
    // A value is one word in a line: what would separate it is written as an underscore.
    for (const byte of bytes) this.bytes[this.at++] = byte > BLANK ? byte : UNDERSCORE;
    if (bytes.length === 0) this.bytes[this.at++] = 45;
    this.end();
  }

  /** An integer of up to 53 bits that is not negative. */
  digits(value: number): void {
    let digits = 1;
    for (let power = 10; value >= power; power *= 10) digits++;
    let rest = value;
    for (let at = this.at + digits - 1; at >= this.at; at--) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.at += digits;
    this.end();
  }
}

function cellsOfInt32(values: Int32Array): Cells {
  const cells = new CellWriter(values.length, values.length * LONGEST_NUMBER);
  for (const value of values) {
    if (value >= 0) cells.digits(value);
    else cells.text(Buffer.from(String(value)));
  }
  return cells;
}

function cellsOfInt64(values: BigInt64Array): Cells {
  const cells = new CellWriter(values.length, values.length * LONGEST_NUMBER);
  const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let index = 0; index < values.length; index++) {
    const high = halves[2 * index + 1] ?? 0;
    if (high < 0x20_0000) cells.digits(high * TWO_32 + (halves[2 * index] ?? 0));
    else cells.text(Buffer.from(String(values[index])));
  }
  return cells;
}

function cellsOfTexts(texts: readonly (string | Uint8Array)[]): Cells {
  const all = texts.map((text) => (typeof text === 'string' ? Buffer.from(text) : text));
  const bytes = all.reduce((sum, text) => sum + Math.max(text.length, 1) + 1, 0);
  const cells = new CellWriter(all.length, bytes);
  for (const text of all) cells.text(text);
  return cells;
}
