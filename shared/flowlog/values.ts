import type { Address } from '../flow/record.ts';
import { BLANK, COLON, DASH, DOT, NEWLINE } from '../text/ascii.ts';

/**
 * The readers of single values. `at` is where a value begins. They return where it ends (the blank or
 * newline after it), or -1 when it is no such value. Every value is followed by a blank or newline, and
 * sixteen bytes after the newline can be read.
 */

/** Reads `10.0.0.1`, `2001:db8::1` or `-` (family 0). */
export function readAddress(bytes: Uint8Array, at: number, address: Address): number {
  const end = readIpv4(bytes, at, address);
  if (end >= 0) return end;
  if (bytes[at] !== DASH) return readIpv6(bytes, at, address);
  address.family = 0;
  return at + 1;
}

/** Byte by byte: predicted branches cost half of what it takes to compute where an octet ends. */
function readIpv4(bytes: Uint8Array, at: number, address: Address): number {
  let value = 0;
  let position = at;
  for (let octet = 0; octet < 4; octet++) {
    let number = digitAt(bytes, position++);
    if (number > 9) return -1;
    let digit = digitAt(bytes, position);
    if (digit <= 9) {
      number = number * 10 + digit;
      digit = digitAt(bytes, ++position);
      if (digit <= 9) {
        number = number * 10 + digit;
        position++;
      }
    }
    if (number > 255 || (octet < 3 && bytes[position++] !== DOT)) return -1;
    value = (value << 8) | number;
  }
  address.family = 4;
  address.w0 = value;
  return position;
}

/** The digit there, or a number above 9. */
function digitAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) ^ 48;
}

const groups = new Uint16Array(8);

/** RFC 4291 section 2.2: eight groups, or fewer around one `::`, the last two perhaps as IPv4. */
function readIpv6(bytes: Uint8Array, at: number, address: Address): number {
  let count = 0;
  let gap = -1;
  // The first colon of a leading `::` separates nothing. A single leading colon is an error.
  const isLed = bytes[at] === COLON;
  if (isLed && bytes[at + 1] !== COLON) return -1;
  let position = isLed ? at : at - 1;
  do {
    position++;
    if (bytes[position] === COLON && gap < 0) {
      gap = count;
      if (endsValue(bytes, ++position)) break;
    }
    const end = readGroup(bytes, position, count);
    if (end < 0) return readIpv4Tail(bytes, position, count, gap, address);
    count++;
    position = end;
  } while (bytes[position] === COLON);
  return place(count, gap, position, address);
}

function endsValue(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] as number) <= BLANK;
}

/** Reads up to four hexadecimal digits to `groups[index]`; returns where they end, or -1. */
function readGroup(bytes: Uint8Array, at: number, index: number): number {
  let value = 0;
  let end = at;
  for (let digit = hexDigitAt(bytes, end); digit < 16 && end - at < 5; ) {
    value = (value << 4) | digit;
    digit = hexDigitAt(bytes, ++end);
  }
  groups[index] = value;
  return end === at || end - at > 4 || index === 8 || bytes[end] === DOT ? -1 : end;
}

function readIpv4Tail(
  bytes: Uint8Array,
  at: number,
  count: number,
  gap: number,
  address: Address,
): number {
  const end = count > 6 ? -1 : readIpv4(bytes, at, address);
  if (end < 0) return -1;
  groups[count] = address.w0 >>> 16;
  groups[count + 1] = address.w0;
  return place(count + 2, gap, end, address);
}

/** The hexadecimal digit there, or a number above 15. */
function hexDigitAt(bytes: Uint8Array, at: number): number {
  const digit = digitAt(bytes, at);
  if (digit <= 9) return digit;
  const letter = (((bytes[at] as number) | 0x20) - 97) >>> 0;
  return letter < 6 ? letter + 10 : 16;
}

/** Moves the groups after the gap, if there is one, to the end; -1 when there are too few or many. */
function place(count: number, gap: number, end: number, address: Address): number {
  if (gap < 0 ? count !== 8 : count > 7) return -1;
  if (gap >= 0) {
    groups.copyWithin(8 - (count - gap), gap, count);
    groups.fill(0, gap, 8 - (count - gap));
  }
  const word = (index: number) => ((groups[index] as number) << 16) | (groups[index + 1] as number);
  address.family = 6;
  address.w0 = word(0);
  address.w1 = word(2);
  address.w2 = word(4);
  address.w3 = word(6);
  return end;
}

/** The last number read by `readWide`: two halves of 32 bits, as unsigned numbers. */
export const wide = { high: 0, low: 0 };

/** Reads the digits from `at` to `end` into `wide`; false when they exceed 2^64-1. */
export function readWide(bytes: Uint8Array, at: number, end: number): boolean {
  let high = 0;
  let low = 0;
  for (let position = at; position < end; position++) {
    const next = low * 10 + (bytes[position] ?? 0) - 48;
    low = next % 0x1_0000_0000;
    high = high * 10 + (next - low) / 0x1_0000_0000;
    if (high > 0xffff_ffff) return false;
  }
  wide.high = high;
  wide.low = low;
  return true;
}

/** Some lines of December 2017 have milliseconds. Times from here on are those: as seconds they are after the year 5000. */
const FIRST_MILLISECONDS = 100_000_000_000;

/** The digits from `at` to `end` as Unix seconds; -1 when 32 bits, all that a datagram has, are too few. */
export function readSeconds(bytes: Uint8Array, at: number, end: number): number {
  return readWide(bytes, at, end) ? secondsOf(wide.high * 0x1_0000_0000 + wide.low) : -1;
}

/** A number that is written as a time, as Unix seconds; -1 when 32 bits are too few. */
export function secondsOf(value: number): number {
  const seconds = value < FIRST_MILLISECONDS ? value : Math.floor(value / 1000);
  return seconds > 0xffff_ffff ? -1 : seconds;
}

/** Where the line's newline is when there are only blanks before it, else -1. */
export function lineEnd(bytes: Uint8Array, at: number): number {
  let position = at;
  while (bytes[position] !== NEWLINE) {
    if ((bytes[position] ?? NEWLINE) > BLANK) return -1;
    position++;
  }
  return position;
}
