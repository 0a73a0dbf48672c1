import type { ElementType } from '../element-names.ts';
import type { Value } from './packet.ts';

/** Reads `length` octets at `offset`. The caller has checked that they exist. */
export type ReadValue = (view: DataView, offset: number, length: number) => Value;

/** Seconds from the NTP epoch (1900) to the Unix epoch (1970). */
const NTP_TO_UNIX_SECONDS = 2_208_988_800n;

function narrow(value: bigint): number | bigint {
  return value > Number.MAX_SAFE_INTEGER ? value : Number(value);
}

/** An integer of 0 to 8 octets, a bigint only when a number cannot hold it. */
function readUnsigned(view: DataView, offset: number, length: number): number | bigint {
  switch (length) {
    case 1:
      return view.getUint8(offset);
    case 2:
      return view.getUint16(offset);
    case 4:
      return view.getUint32(offset);
    case 8:
      return narrow(view.getBigUint64(offset));
  }
  let value = 0n;
  for (let at = offset; at < offset + length; at++)
    value = value * 256n + BigInt(view.getUint8(at));
  return narrow(value);
}

/** Dotted quad. */
export function readIPv4(view: DataView, offset: number): string {
  const [a, b] = [view.getUint8(offset), view.getUint8(offset + 1)];
  return `${a}.${b}.${view.getUint8(offset + 2)}.${view.getUint8(offset + 3)}`;
}

/** RFC 5952 section 4: lower case, the first longest run of two or more zero groups as `::`. */
function readIPv6(view: DataView, offset: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(offset + 2 * i).toString(16));
  const text = groups.join(':');
  const runs = text.match(/\b0(?::0)+\b/g) ?? [];
  const longest = runs.reduce((a, b) => (b.length > a.length ? b : a), '');
  if (longest === '') return text;
  const start = text.search(new RegExp(`\\b${longest}\\b`));
  const head = text.slice(0, start).replace(/:$/, '');
  return `${head}::${text.slice(start + longest.length).replace(/^:/, '')}`;
}

function octets(view: DataView, offset: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length);
}

function readHex(view: DataView, offset: number, length: number): string {
  return Buffer.from(octets(view, offset, length)).toString('hex');
}

function readMac(view: DataView, offset: number, length: number): string {
  return readHex(view, offset, length).replace(/..\B/g, '$&:');
}

const utf8 = new TextDecoder('utf-8');
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** A string without the zeros that pad a fixed-length field. */
function readString(view: DataView, offset: number, length: number): string {
  let end = length;
  // From the end: a regular expression would be quadratic in the zeros of a datagram.
  while (end > 0 && view.getUint8(offset + end - 1) === 0) end--;
  return utf8.decode(octets(view, offset, end));
}

/** Unix nanoseconds. */
function readNtp(view: DataView, offset: number): bigint {
  const seconds = BigInt(view.getUint32(offset)) - NTP_TO_UNIX_SECONDS;
  return seconds * 1_000_000_000n + ((BigInt(view.getUint32(offset + 4)) * 1_000_000_000n) >> 32n);
}

/** A value of an unknown element: text when its octets are readable, else hex. */
function readTextOrHex(view: DataView, offset: number, length: number): string {
  try {
    const text = strictUtf8.decode(octets(view, offset, length));
    return /\p{Cc}/u.test(text) ? readHex(view, offset, length) : text;
  } catch {
    return readHex(view, offset, length);
  }
}

const EXACT: Partial<Record<ElementType, { length: number; read: ReadValue }>> = {
  ipv4: { length: 4, read: readIPv4 },
  ipv6: { length: 16, read: readIPv6 },
  mac: { length: 6, read: readMac },
  ntp: { length: 8, read: readNtp },
};

const readInteger: ReadValue = (view, offset, length) =>
  length <= 8 ? readUnsigned(view, offset, length) : readHex(view, offset, length);

/** How to read a field. A length that its type does not allow is read as hex. */
export function readerOf(
  type: ElementType | undefined,
  length: number,
  variable: boolean,
): ReadValue {
  if (type === undefined && variable) return readTextOrHex;
  if (type === undefined || type === 'unsigned') return readInteger;
  if (type === 'string') return readString;
  const exact = EXACT[type];
  return exact?.length === length ? exact.read : readHex;
}
