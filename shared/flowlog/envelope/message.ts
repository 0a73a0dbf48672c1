import { CLOSE_BRACE, NEWLINE, QUOTE } from '../../text/ascii.ts';

/** The usual record, as Firehose delivers a line: `{"message":"<line>"}` without escapes. */
const PREFIX = Buffer.from('{"message":"');
export const PREFIX_BYTES = 12;
/** Twelve bytes are sixteen characters of base64 whatever follows: the line's own base64 begins there. */
export const ENCODED_PREFIX = PREFIX.toString('base64');

/** Whether a usual record may begin at `at`. */
export function hasPrefix(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < PREFIX_BYTES; index++) {
    if (bytes[at + index] !== PREFIX[index]) return false;
  }
  return true;
}

/**
 * Puts a newline in place of the quote that ends the line of a usual record, and returns where. The line
 * begins at `from`; -1 when it does not end before `to`, or the record is another. Escapes are not looked
 * for: the caller knows of them.
 */
export function endMessage(bytes: Buffer, from: number, to: number): number {
  const quote = bytes.indexOf(QUOTE, from);
  if (quote >>> 0 >= to || bytes[quote + 1] !== CLOSE_BRACE) return -1;
  bytes[quote] = NEWLINE;
  if (bytes.indexOf(NEWLINE, from) === quote) return quote;
  bytes[quote] = QUOTE;
  return -1;
}
