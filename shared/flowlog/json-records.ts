import * as v from 'valibot';
import {
  BLANK,
  CLOSE_BRACKET,
  COMMA,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../text/ascii.ts';
import { afterTorn, valueEnd } from './json-value.ts';

/** A longer value is taken for torn. Bounds memory. */
const MAX_VALUE_BYTES = 8 * 1024 * 1024;
const LONG_VALUE_BYTES = 64 * 1024;
const LOOK_BYTES = 4096;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const LINE_END = Buffer.of(NEWLINE);
const MESSAGE_FIELD = '"@message"';
/** Shorter objects are neither: they are not searched. */
const SHORTEST_ROW = '{"@message":""}'.length;
const SHORTEST_LIST = '{"events":[]}'.length;

/** The beginning of what the AWS CLI prints: an object whose list of records is read as it comes. */
const LIST = /^\{\s*(?:"\w+"\s*:\s*(?:"[^"\n]*"|[\w.+-]+)\s*,\s*)*"(?:events|results)"\s*:\s*\[/;

/** What has a line: a text, a row of Logs Insights as the CLI prints it, and as the console does. */
const MESSAGE = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.string(),
    v.pipe(
      v.array(v.object({ field: v.string(), value: v.string() })),
      v.transform((row) => row.find(({ field }) => field === '@message')?.value),
      v.string(),
    ),
    v.pipe(
      v.object({ '@message': v.string() }),
      v.transform((row) => row['@message']),
    ),
  ]),
);

/**
 * JSON text whose records are on one line each. They come one after the other or in lists, over several lines
 * or not; other text comes out as it is. A torn record is a line too, which reads as malformed.
 */
export async function* jsonRecords(text: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const records = new JsonRecords();
  for await (const piece of text) yield records.read(piece);
  yield records.end();
}

class JsonRecords {
  /** What has come and is not read. */
  #text: Buffer = Buffer.alloc(0);
  /** Where in its line that begins. */
  #column = 0;
  /** A long value is looked at again when there is half as much again. */
  #enough = 0;
  #lines: Buffer[] = [];
  /** Within a list: in an object of the CLI, or by itself. */
  #list: 'object' | 'array' | undefined;
  /** What follows the list in the CLI's object is no record. */
  #isAfterList = false;

  read(piece: Uint8Array): Buffer {
    this.#text = Buffer.concat([this.#text, piece]);
    if (this.#text.length >= this.#enough) this.#readValues();
    this.#enough = this.#text.length > LONG_VALUE_BYTES ? this.#text.length * 1.5 : 0;
    return Buffer.concat(this.#lines.splice(0));
  }

  /** The text is over: a value that has not ended is torn. */
  end(): Buffer {
    this.#readValues();
    if (this.#text.length > 0) this.#text = Buffer.concat([this.#text, LINE_END]);
    for (this.#readValues(); this.#text.length > 0; this.#readValues()) {
      this.#drop(this.#tear(0, this.#text.length));
    }
    return Buffer.concat(this.#lines.splice(0));
  }

  #readValues(): void {
    let at = 0;
    for (let next = this.#readValue(at); next > at; next = this.#readValue(at)) at = next;
    this.#drop(at);
  }

  #drop(bytes: number): void {
    this.#column = this.#columnOf(bytes);
    this.#text = this.#text.subarray(bytes);
  }

  /** Reads the value at `at` and returns where it ends; where it begins when it is not complete. */
  #readValue(at: number): number {
    const from = this.#skip(at);
    if (!this.#list && from > at) this.#lines.push(this.#text.subarray(at, from));
    const first = this.#text[from];
    if (first === undefined) return from;
    if (this.#list && first === CLOSE_BRACKET) return this.#endList(from);
    if (first === OPEN_BRACKET && !this.#list) return this.#beginList('array', from + 1);
    const isObject = first === OPEN_BRACE || this.#isAfterList;
    const isValue = isObject || (this.#list && (first === QUOTE || first === OPEN_BRACKET));
    return isValue ? this.#readRecord(from) : this.#readLine(from);
  }

  /** Blanks, and in a list commas, stand between values; a byte order mark before the first. */
  #skip(from: number): number {
    let at = from;
    for (let byte = this.#text[at]; byte !== undefined; byte = this.#text[++at]) {
      const separates = byte <= BLANK || BYTE_ORDER_MARK.includes(byte);
      if (!separates && !(this.#list && byte === COMMA)) break;
    }
    return at;
  }

  #readRecord(from: number): number {
    const end = valueEnd(this.#text, from);
    const list = this.#list || this.#isAfterList ? 0 : this.#listLength(from, end);
    if (list > 0) return this.#beginList('object', from + list);
    const isTooLong = this.#text.length - from > MAX_VALUE_BYTES;
    if (end === undefined && !isTooLong) return from;
    if (typeof end !== 'number') return this.#tear(from, isTooLong ? this.#text.length : from);
    const record = this.#text.subarray(from, end);
    const message = messageOf(record);
    if (message === undefined) this.#add(onOneLine(record));
    else this.#add(Buffer.from(message), LINE_END);
    return end;
  }

  /** A torn value is a line; returns where reading goes on. Without a line after it, the value goes to `otherwise`. */
  #tear(from: number, otherwise: number): number {
    const end = afterTorn(this.#text, from, this.#columnOf(from)) ?? otherwise;
    if (end === from) return from;
    this.#add(onOneLine(this.#text.subarray(from, end)), LINE_END);
    return end;
  }

  /** Where in its line a value begins. */
  #columnOf(at: number): number {
    const newline = at > 0 ? this.#text.lastIndexOf(NEWLINE, at - 1) : -1;
    return newline < 0 ? this.#column + at : at - newline - 1;
  }

  #readLine(from: number): number {
    const end = this.#text.indexOf(NEWLINE, from) + 1 || from;
    this.#lines.push(this.#text.subarray(from, end));
    return end;
  }

  /** The length of what stands before the first record, if the object at `from` is the CLI's; else 0. */
  #listLength(from: number, end: number | 'torn' | undefined): number {
    if (typeof end === 'number' && end - from < SHORTEST_LIST) return 0;
    const record = this.#text.subarray(from, end === 'torn' ? undefined : end);
    if (!record.includes(OPEN_BRACKET)) return 0;
    return LIST.exec(this.#text.toString('latin1', from, from + LOOK_BYTES))?.[0].length ?? 0;
  }

  #beginList(list: 'object' | 'array', at: number): number {
    this.#list = list;
    return at;
  }

  #endList(at: number): number {
    const isInObject = this.#list === 'object';
    this.#list = undefined;
    if (!isInObject) return at + 1;
    // What is left of the object is read as one more record.
    this.#isAfterList = true;
    return this.#readRecord(at);
  }

  #add(...line: Buffer[]): void {
    if (!this.#isAfterList) this.#lines.push(...line);
    this.#isAfterList = false;
  }
}

/** The line of a row or text; undefined for a record in JSON. */
function messageOf(record: Buffer): string | undefined {
  if (
    record[0] === OPEN_BRACE &&
    (record.length < SHORTEST_ROW || !record.includes(MESSAGE_FIELD))
  ) {
    return undefined;
  }
  const read = v.safeParse(MESSAGE, record.toString());
  return read.success ? read.output : undefined;
}

/** The text without newlines: a copy, where it has any. */
function onOneLine(text: Buffer): Buffer {
  if (!text.includes(NEWLINE)) return text;
  return text.map((byte) => (byte === NEWLINE ? BLANK : byte)) as Buffer;
}
