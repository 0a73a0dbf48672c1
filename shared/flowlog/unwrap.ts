import { unpackObject } from './envelope.ts';
import { objectEnd } from './json-object.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const CLOSE = 125;
const BLANK = 32;
const NEWLINE = 10;
const PREFIX = Buffer.from('{"message":"');

/** What `unwrapRecord` found: a record rewritten, one that is not complete yet, or none. */
export type Unwrapped = 'lines' | 'incomplete' | 'broken';

/** Where the lines of the record last unwrapped begin and end. */
export const lines = { from: 0, to: 0 };

/**
 * Rewrites the JSON record at `at` as the plain flow log lines it carries, in place, ended by a
 * newline; `lines` says where they stand. Known records are what Firehose delivers,
 * `{"message":"<line>"}`, and what CloudWatch Logs sends to subscriptions, `{"logEvents":[…]}`.
 */
export function unwrapRecord(window: Uint8Array, at: number, filled: number): Unwrapped {
  const quote = messageEnd(window, at);
  if (quote < 0 || quote + 2 >= filled || window[quote + 1] !== CLOSE) {
    return unwrapObject(window, at, filled);
  }
  const endsLine = window[quote + 2] === NEWLINE;
  window[quote] = BLANK;
  window[quote + 1] = endsLine ? BLANK : NEWLINE;
  lines.from = at + PREFIX.length;
  lines.to = quote + (endsLine ? 3 : 2);
  return 'lines';
}

/** The quote that ends the message of a record in the usual form, without escapes; else -1. */
function messageEnd(window: Uint8Array, at: number): number {
  for (let index = 0; index < PREFIX.length; index++) {
    if (window[at + index] !== PREFIX[index]) return -1;
  }
  let end = at + PREFIX.length;
  while (isPlain(window[end] ?? 0)) end++;
  return window[end] === QUOTE ? end : -1;
}

function isPlain(byte: number): boolean {
  return byte !== QUOTE && byte !== BACKSLASH && byte >= BLANK;
}

/** The general case: any JSON object, with escapes, other members, several lines. */
function unwrapObject(window: Uint8Array, at: number, filled: number): Unwrapped {
  const end = objectEnd(window, at, filled);
  if (end < 0 || end >= filled) return 'incomplete';
  if (window[end - 1] !== CLOSE) return 'broken';
  const json = Buffer.from(window.buffer, window.byteOffset + at, end - at).toString();
  // What a JSON string says is hardly ever longer than how it says it.
  const text = unpackObject(json, end - at);
  if (text === undefined) return 'broken';
  lines.to = window[end] === NEWLINE ? end + 1 : end;
  lines.from = Math.min(end, lines.to - text.length);
  window.set(text, lines.from);
  return 'lines';
}
