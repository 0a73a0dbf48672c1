import { BACKSLASH, BLANK, CLOSE_BRACE, NEWLINE, OPEN_BRACE } from '../../text/ascii.ts';
import { objectEnd } from '../json-object.ts';
import { ENCODED_PREFIX, endMessage, hasPrefix, PREFIX_BYTES } from './message.ts';
import { collectLines, unpackObject } from './unpack.ts';

/*
 * What wraps flow log lines on their way: `{"message":"<line>"}`, which Firehose delivers, what CloudWatch Logs
 * sends to subscriptions, and gzip.
 */

/** What `unwrap` found: a record that it has rewritten, one that is not complete yet, or none. */
type Unwrapped = 'lines' | 'incomplete' | 'broken';

/** Rewrites the JSON records in a window of text, one after the other, as the plain lines that they wrap. */
export class RecordsInPlace {
  /** Where the lines of the record last unwrapped begin and end. */
  from = 0;
  to = 0;
  readonly #bytes: Buffer;
  /** The first backslash that is not before the record being unwrapped. */
  #backslash = -1;

  constructor({ buffer, byteOffset, length }: Uint8Array) {
    this.#bytes = Buffer.from(buffer, byteOffset, length);
  }

  /** Unwraps the record at `at`; its lines are ended by a newline. Bytes from `filled` on are no text. */
  unwrap(at: number, filled: number): Unwrapped {
    const bytes = this.#bytes;
    const from = at + PREFIX_BYTES;
    if (this.#backslash < from) this.#backslash = bytes.indexOf(BACKSLASH, from) >>> 0;
    // The record's brace and the byte after it have to be there.
    const to = Math.min(filled - 2, this.#backslash);
    const quote = hasPrefix(bytes, at) ? endMessage(bytes, from, to) : -1;
    if (quote < 0) return this.#unwrapObject(at, filled);
    const endsLine = bytes[quote + 2] === NEWLINE;
    bytes[quote] = BLANK;
    bytes[quote + 1] = endsLine ? BLANK : NEWLINE;
    this.from = from;
    this.to = quote + (endsLine ? 3 : 2);
    return 'lines';
  }

  /** The general case: any JSON object, with escapes, other members, several lines. */
  #unwrapObject(at: number, filled: number): Unwrapped {
    const bytes = this.#bytes;
    const end = objectEnd(bytes, at, filled);
    if (end < 0 || end >= filled) return 'incomplete';
    if (bytes[end - 1] !== CLOSE_BRACE) return 'broken';
    // The content of a JSON string is hardly ever longer than the string.
    const text = unpackObject(bytes.toString('utf8', at, end), end - at);
    if (text === undefined) return 'broken';
    this.to = bytes[end] === NEWLINE ? end + 1 : end;
    this.from = Math.min(end, this.to - text.length);
    bytes.set(text, this.from);
    return 'lines';
  }
}

/**
 * Writes the line of a usual record to `at`, ended by a newline; returns where it ends, or -1 for any other
 * record. The record is `data`, which decodes to `length` bytes unless it is no base64. Escapes and encoding
 * are not checked.
 */
export function decodeMessage(data: string, length: number, target: Buffer, at: number): number {
  if (!data.startsWith(ENCODED_PREFIX)) return -1;
  const end = at + target.write(data.slice(ENCODED_PREFIX.length), at, 'base64');
  if (end - at !== length - PREFIX_BYTES || target[at] === OPEN_BRACE) return -1;
  const quote = endMessage(target, at, end);
  const after = target[end - 1] === NEWLINE ? 3 : 2;
  return quote > at && quote + after === end ? quote + 1 : -1;
}

/**
 * The flow log lines that one delivered record wraps, each ended by a newline; empty when it wraps none
 * (a CONTROL_MESSAGE of CloudWatch Logs), undefined when it cannot be decoded, unpacks to more than
 * `limit` bytes, or takes too much memory on the way. Lines may be plain, in `{"message":"<line>"}`, in
 * the payload of a CloudWatch Logs subscription, in gzip; one after the other and one in the other. Plain
 * lines stay as they are.
 */
export function unpackLines(record: Buffer, limit: number): Buffer | undefined {
  return collectLines(limit, (lines) => lines.addBytes(record, 0));
}
