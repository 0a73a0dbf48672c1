import { isUtf8 } from 'node:buffer';
import { crc32, inflateRawSync } from 'node:zlib';
import { CARRIAGE_RETURN, COMMA, NEWLINE, OPEN_BRACE, OPEN_BRACKET } from '../../text/ascii.ts';
import { beginsMember, dataStart, separatorEnd, TRAILER_BYTES } from '../gzip-member.ts';
import { objectEnd } from '../json-object.ts';

declare module 'node:zlib' {
  /** With `info` the result also says how much of the input was read; Node's types do not know that. */
  function inflateRawSync(
    bytes: Uint8Array,
    options: { maxOutputLength: number; info: true },
  ): { buffer: Buffer; engine: { bytesWritten: number } };
}

/** The deepest nesting, such as gzip in gzip or a message in a message. Deeper input is not unpacked. */
const MAX_DEPTH = 5;
/** What unpacking one record may cost: the bytes inflated, and these for each JSON text (or member of gzip, at least) and value in it. */
const MAX_COST_BYTES = 32 * 1024 * 1024;
const TEXT_BYTES = 256;
const VALUE_BYTES = 64;

/** Thrown for whatever is wrong with a record, or too much of it; it reaches no output. */
const UNDECODABLE = new Error();

/** The JSON records that carry lines: Firehose's own, and what CloudWatch Logs sends to subscriptions. */
interface LogRecord {
  readonly message?: unknown;
  readonly messageType?: unknown;
  readonly logEvents?: readonly LogRecord[];
  /** How a Lambda function gets a subscription's payload. */
  readonly awslogs?: { readonly data: string };
}

/** The lines of one record that `read` adds; undefined when it cannot be decoded or exceeds a limit. */
export function collectLines(limit: number, read: (lines: Lines) => void): Buffer | undefined {
  const lines = new Lines(limit);
  try {
    read(lines);
    return lines.text.includes(0) ? undefined : lines.text;
  } catch {
    return undefined;
  }
}

/** The lines that a record wraps which is one JSON object. */
export function unpackObject(json: string, limit: number): Buffer | undefined {
  return collectLines(limit, (lines) => lines.addObject(json, 1));
}

/** Collects the lines of one record. Throws before a limit would be exceeded. */
class Lines {
  readonly #limit: number;
  #text = Buffer.alloc(0);
  #length = 0;
  #cost = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get text(): Buffer {
    return this.#text.subarray(0, this.#length);
  }

  addBytes(bytes: Buffer, depth: number): void {
    if (depth > MAX_DEPTH) throw UNDECODABLE;
    if (beginsMember(bytes, 0)) {
      this.addBytes(this.#inflate(bytes), depth + 1);
      return;
    }
    if (!isUtf8(bytes)) throw UNDECODABLE;
    for (let at = 0; at < bytes.length; ) {
      const isObject = bytes[at] === OPEN_BRACE;
      const end = isObject ? objectEnd(bytes, at) : plainEnd(bytes, at);
      // Without an end, `end` is -1: the text lacks its last byte, and is no JSON.
      if (isObject) this.addObject(bytes.toString('utf8', at, end), depth + 1);
      else this.#add(bytes.subarray(at, end));
      at = isObject ? skipNewline(bytes, end) : end;
    }
  }

  addObject(json: string, depth: number): void {
    this.#spend(TEXT_BYTES + valuesIn(json) * VALUE_BYTES);
    this.#addRecord(JSON.parse(json), depth);
  }

  #addRecord(record: LogRecord, depth: number): void {
    const { message, messageType, logEvents, awslogs } = record;
    if (messageType === 'CONTROL_MESSAGE') return;
    if (typeof message === 'string') {
      const isPlain = message !== '' && !message.includes('{');
      if (isPlain) this.#add(Buffer.from(message));
      else this.addBytes(Buffer.from(message), depth);
    } else if (awslogs) this.addBytes(Buffer.from(awslogs.data, 'base64'), depth);
    else if (logEvents) for (const event of logEvents) this.#addRecord(event, depth);
    else throw UNDECODABLE;
  }

  /** Adds lines, the last of which may lack its newline. */
  #add(lines: Buffer): void {
    const end = this.#length + lines.length + Number(lines.at(-1) !== NEWLINE);
    if (end > this.#limit) throw UNDECODABLE;
    if (end > this.#text.length) {
      const text = Buffer.allocUnsafe(Math.min(end * 2, this.#limit));
      this.text.copy(text);
      this.#text = text;
    }
    lines.copy(this.#text, this.#length);
    this.#text[end - 1] = NEWLINE;
    this.#length = end;
  }

  /** The data of all members; text after the last one is left out. */
  #inflate(bytes: Buffer): Buffer {
    const members: Buffer[] = [];
    for (let at = 0; beginsMember(bytes, at); at = separatorEnd(bytes, at + TRAILER_BYTES)) {
      at = dataStart(bytes, at);
      const maxOutputLength = MAX_COST_BYTES - this.#cost;
      const { buffer, engine } = inflateRawSync(bytes.subarray(at), {
        maxOutputLength,
        info: true,
      });
      this.#spend(Math.max(TEXT_BYTES, buffer.length));
      at += engine.bytesWritten;
      if (bytes.readUInt32LE(at) !== crc32(buffer)) throw UNDECODABLE;
      members.push(buffer);
    }
    const [only] = members;
    // One member is most of what memory holds: it is not copied.
    return only !== undefined && members.length === 1 ? only : Buffer.concat(members);
  }

  #spend(bytes: number): void {
    this.#cost += bytes;
    if (this.#cost >= MAX_COST_BYTES) throw UNDECODABLE;
  }
}

/** The number of values in JSON text; more than that where strings have commas. */
function valuesIn(json: string): number {
  let values = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === COMMA || code === OPEN_BRACKET || code === OPEN_BRACE) values++;
  }
  return values;
}

/** Plain text goes on until a line begins with an object. */
function plainEnd(bytes: Buffer, at: number): number {
  return bytes.indexOf('\n{', at) + 1 || bytes.length;
}

/** The newline after an object separates records; it is no line of its own. */
function skipNewline(bytes: Buffer, at: number): number {
  const next = bytes[at] === CARRIAGE_RETURN ? at + 1 : at;
  return bytes[next] === NEWLINE ? next + 1 : at;
}
