import { isIPv6 } from 'node:net';
import type { Address } from '../flow/record.ts';

const BLANK = 32;
const NEWLINE = 10;
const DASH = 45;
const DOT = 46;

/**
 * The readers of single values. `at` is where a value begins; what they return is where it ends
 * (the blank or newline after it), or -1 when no such value stands there. Every
 * value is followed by a blank or newline, and sixteen bytes after the newline can be read.
 */

/** Reads `10.0.0.1`, `2001:db8::1` or `-` (family 0). */
export function readAddress(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  address: Address,
): number {
  let value = 0;
  let position = at;
  for (let octet = 0; octet < 4; octet++) {
    // Four characters at once: '.', blanks and newline are the ones without bit 4; the first of
    // them after the first character ends the octet.
    const word = view.getInt32(position, true);
    const stops = ~word & 0x10101000;
    const shift = 36 - (31 - Math.clz32(stops & -stops));
    const digits = word << shift;
    const wanted = 0x30303030 << shift;
    const wrong =
      ((digits & 0xf0f0f0f0) ^ wanted) | (((digits + (0x06060606 << shift)) & 0xf0f0f0f0) ^ wanted);
    const low = (digits & 0x0f0f0f0f) >>> 8;
    const number = (low & 0xff) * 100 + ((low >>> 8) & 0xff) * 10 + (low >>> 16);
    if (stops === 0 || wrong !== 0 || number > 255) return readOther(bytes, at, address);
    value = (value << 8) | number;
    position += (32 - shift) >> 3;
    if (octet < 3 && bytes[position++] !== DOT) return readOther(bytes, at, address);
  }
  address.family = 4;
  address.w0 = value;
  return position;
}

function readOther(bytes: Uint8Array, at: number, address: Address): number {
  if (bytes[at] === DASH) {
    address.family = 0;
    return at + 1;
  }
  return readIpv6(bytes, at, address);
}

/** The longest text of an IPv6 address has 45 characters. */
const LONGEST_IPV6 = 45;

function readIpv6(bytes: Uint8Array, at: number, address: Address): number {
  let end = at;
  while ((bytes[end] ?? 0) > BLANK && end - at <= LONGEST_IPV6) end++;
  const text = String.fromCharCode(...bytes.subarray(at, end));
  if (!isIPv6(text) || text.includes('%')) return -1;
  const [head = '', tail] = text.replace(IPV4_TAIL, asGroups).split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...first, ...Array(8 - first.length - last.length).fill('0'), ...last];
  const word = (index: number) =>
    Number.parseInt(groups[index] + groups[index + 1].padStart(4, '0'), 16) | 0;
  address.family = 6;
  address.w0 = word(0);
  address.w1 = word(2);
  address.w2 = word(4);
  address.w3 = word(6);
  return end;
}

const IPV4_TAIL = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/;

function asGroups(_: string, ...octets: string[]): string {
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
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

/** Some records of December 2017 carried milliseconds: no second of this millennium has 12 digits. */
const FIRST_MILLISECONDS = 100_000_000_000;

/** The digits from `at` to `end` as Unix seconds; -1 when 32 bits, all that a datagram has, are too few. */
export function readSeconds(bytes: Uint8Array, at: number, end: number): number {
  if (!readWide(bytes, at, end)) return -1;
  const value = wide.high * 0x1_0000_0000 + wide.low;
  const seconds = value < FIRST_MILLISECONDS ? value : Math.floor(value / 1000);
  return seconds > 0xffff_ffff ? -1 : seconds;
}

/**
 * The number of an interface, 1 to 2^31-1: a hash of its name, so that it is the same in every
 * process and after every restart.
 */
export function interfaceIndex(view: DataView, at: number): number {
  let hash = 0;
  for (let position = at; ; position += 4) {
    const word = view.getInt32(position, true);
    const blanks = (word - 0x21212121) & ~word & 0x80808080;
    if (blanks === 0) {
      hash = Math.imul(hash ^ word, 0x9e3779b1);
      hash ^= hash >>> 15;
      continue;
    }
    const kept = (blanks & -blanks) >>> 7;
    hash = Math.imul(hash ^ (word & (kept - 1)), 0x9e3779b1);
    return (hash ^ (hash >>> 15)) & 0x7fffffff || 1;
  }
}

/** Where the next value begins, or -1 when the line ends before one. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let position = at;
  while ((bytes[position] ?? NEWLINE) <= BLANK) {
    if (bytes[position] === NEWLINE) return -1;
    position++;
  }
  return position;
}

/** The line's newline when nothing but blanks stands before it, else -1. */
export function lineEnd(bytes: Uint8Array, at: number): number {
  let position = at;
  while (bytes[position] !== NEWLINE) {
    if ((bytes[position] ?? NEWLINE) > BLANK) return -1;
    position++;
  }
  return position;
}
