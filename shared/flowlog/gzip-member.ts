/*
 * A gzip file is a series of members: a header, deflated data, and a trailer (RFC 1952 section 2.3).
 * Between members stands nothing, or what separates records: newlines, and zeros that fill up a block.
 */

/** CRC-32 and length of the member's data. */
export const TRAILER_BYTES = 8;
const FIXED_HEADER_BYTES = 10;
const DEFLATE = 8;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
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
  while (at < bytes.length && isSeparator(bytes[at])) at++;
  return at;
}

function isSeparator(byte: number | undefined): boolean {
  return byte === 0 || byte === NEWLINE || byte === CARRIAGE_RETURN;
}

/**
 * Where the deflated data of the member at `at` begins; -1 when the header goes on beyond the bytes.
 * @throws Error for another method than deflate.
 */
export function dataStart(bytes: Uint8Array, at: number): number {
  let end = at + FIXED_HEADER_BYTES;
  if (end > bytes.length) return -1;
  const flags = bytes[at + 3] ?? 0;
  if (bytes[at + 2] !== DEFLATE) throw new Error('unknown compression method');
  if (flags & HAS_EXTRA) end += 2 + (bytes[end] ?? 0) + (bytes[end + 1] ?? 0) * 256;
  for (const flag of [HAS_NAME, HAS_COMMENT]) {
    if (flags & flag) end = bytes.indexOf(0, end) + 1 || bytes.length + 1;
  }
  if (flags & HAS_CRC) end += 2;
  return end > bytes.length ? -1 : end;
}

/**
 * Compares the trailer at `at` with the data's CRC-32 and its length, modulo 2^32.
 * @throws Error when the trailer is cut or of other data.
 */
export function checkTrailer(bytes: Uint8Array, at: number, crc: number, length: number): void {
  if (at + TRAILER_BYTES > bytes.length) throw new Error('unexpected end of file');
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  if (view.getUint32(0, true) !== crc) throw new Error('incorrect data check');
  if (view.getUint32(4, true) !== length >>> 0) throw new Error('incorrect length check');
}
