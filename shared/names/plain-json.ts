import { valueEnd as jsonEnd } from '../flowlog/json-value.ts';
import {
  BACKSLASH,
  BLANK,
  CLOSE_BRACE,
  COLON,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../text/ascii.ts';

/*
 * Finds values in JSON as AWS writes it, without blanks between values and without escapes in strings. `end` is where
 * the text ends that is looked at.
 */

/** Where a value ends that is none, or is written otherwise. */
export const UNUSUAL = -1;

/** Where the value begins of the member behind the brace or comma at `at`: behind its key, whose quotes are next to both. */
export function valueAfterKey(bytes: Buffer, at: number, end: number): number {
  const quote = bytes[at + 1] === QUOTE ? stringEnd(bytes, at + 2, end) : UNUSUAL;
  return quote >= 0 && bytes[quote + 1] === COLON ? quote + 2 : UNUSUAL;
}

/** Where a value ends. */
export function valueEnd(bytes: Buffer, from: number, end: number): number {
  const byte = bytes[from];
  if (byte === QUOTE) return stringEnd(bytes, from + 1, end) + 1 || UNUSUAL;
  const isNested = byte === OPEN_BRACE || byte === OPEN_BRACKET;
  return isNested ? nestedEnd(bytes, from, end) : wordEnd(bytes, from, end);
}

/** Where an object or a list ends. */
function nestedEnd(bytes: Buffer, from: number, end: number): number {
  const found = jsonEnd(bytes.subarray(0, end), from);
  return typeof found === 'number' ? found : UNUSUAL;
}

/** Where a number, true, false or null ends. What it is is not looked at. */
function wordEnd(bytes: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === COMMA || byte === CLOSE_BRACE) return at;
    if (byte <= BLANK) break;
  }
  return UNUSUAL;
}

/** Where the quote is that ends a string without escapes. */
function stringEnd(bytes: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) break;
  }
  return UNUSUAL;
}

/** Whether the bytes from `from` to `to` are this word. */
export function is(word: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (to - from !== word.length) return false;
  for (let at = 0; at < word.length; at++) if (bytes[from + at] !== word[at]) return false;
  return true;
}
