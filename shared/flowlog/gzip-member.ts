/*
 * A gzip file is a series of members: a header, deflated data, and a trailer (RFC 1952 section 2.3).
 * Between members stands nothing, or what separates records: newlines, and zeros that fill up a block.
 */

/** CRC-32 and length of the member's data. */
export const TRAILER_BYTES = 8;
const FIXED_HEADER_BYTES = 10;
/** Zero, newline, carriage return. */
const SEPARATORS: readonly (number | undefined)[] = [0, 10, 13];
/** RFC 1952 section 2.3.1, FLG. */
const HAS_CRC = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;

/** Whether a member begins at `at`. */
export function beginsMember(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x1f && bytes[at + 1] === 0x8b;
}

/** Where what separates two members ends. */
export function separatorEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (SEPARATORS.includes(bytes[at])) at++;
  return at;
}

/** Where the deflated data of the member at `at` begins; beyond the bytes when the header is not all there. */
export function dataStart(bytes: Uint8Array, at: number): number {
  const flags = bytes[at + 3] ?? 0;
  let end = at + FIXED_HEADER_BYTES;
  if (flags & HAS_EXTRA) end += 2 + (bytes[end] ?? 0) + (bytes[end + 1] ?? 0) * 256;
  for (const flag of [HAS_NAME, HAS_COMMENT]) {
    if (flags & flag) end = bytes.indexOf(0, end) + 1 || bytes.length + 1;
  }
  return flags & HAS_CRC ? end + 2 : end;
}

export function damagedGzip(reason: string, cause?: unknown): Error {
  return new Error(`damaged gzip (${reason})`, { cause });
}
