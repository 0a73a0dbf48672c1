import type { ElementType } from '../element-names.ts';
import type { Value } from './packet.ts';

/** Reads `length` octets at `offset`, which the caller has checked to exist. Undefined when they hold no value. */
export type ReadValue = (view: DataView, offset: number, length: number) => Value | undefined;

/** Seconds from the NTP epoch (1900) to the Unix epoch (1970). */
const NTP_TO_UNIX_SECONDS = 2_208_988_800n;
/** Seconds of an NTP era. */
const NTP_ERA_SECONDS = 2n ** 32n;
/** RFC 7011 section 6.1.9: the fraction of a dateTimeMicroseconds has 21 bits; the others are to be ignored. */
const MICROSECOND_BITS = 0xffff_f800;

function narrow(value: bigint): number | bigint {
  return value > Number.MAX_SAFE_INTEGER ? value : Number(value);
}

/** An integer of 1 to 8 octets, a bigint only when a number cannot hold it. */
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

function readMac(view: DataView, offset: number): string {
  return readHex(view, offset, 6).replace(/..\B/g, '$&:');
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

/**
 * An NTP time (RFC 5905 section 6) as Unix nanoseconds. All zeros are no time. Of its era there is nothing on the
 * wire: times before 1968 are taken to be those 136 years later.
 */
function readNtp(view: DataView, offset: number, fractionBits: number): bigint | undefined {
  const seconds = view.getUint32(offset);
  const fraction = view.getUint32(offset + 4);
  if (seconds === 0 && fraction === 0) return undefined;
  const era = seconds < 2 ** 31 ? NTP_ERA_SECONDS : 0n;
  const ns = (BigInt((fraction & fractionBits) >>> 0) * 1_000_000_000n) >> 32n;
  return (BigInt(seconds) + era - NTP_TO_UNIX_SECONDS) * 1_000_000_000n + ns;
}

/** A float64, or a float32 by reduced-size encoding (RFC 7011 section 6.2). */
const readFloat: ReadValue = (view, offset, length) => {
  if (length === 8) return view.getFloat64(offset);
  return length === 4 ? view.getFloat32(offset) : readHex(view, offset, length);
};

/** A value of an unknown element: text when its octets are readable, else hex. */
function readTextOrHex(view: DataView, offset: number, length: number): string {
  try {
    const text = strictUtf8.decode(octets(view, offset, length));
    return /\p{Cc}/u.test(text) ? readHex(view, offset, length) : text;
  } catch {
    return readHex(view, offset, length);
  }
}

const readInteger: ReadValue = (view, offset, length) =>
  length <= 8 ? readUnsigned(view, offset, length) : readHex(view, offset, length);

/** A value of exactly this many octets; any other number of octets is read as hex. */
function exactly(octets: number, read: (view: DataView, offset: number) => Value | undefined) {
  return (view: DataView, offset: number, length: number) =>
    length === octets ? read(view, offset) : readHex(view, offset, length);
}

const READERS: Record<ElementType, ReadValue> = {
  unsigned: readInteger,
  float: readFloat,
  string: readString,
  ipv4: exactly(4, readIPv4),
  ipv6: exactly(16, readIPv6),
  mac: exactly(6, readMac),
  ntpMicroseconds: exactly(8, (view, offset) => readNtp(view, offset, MICROSECOND_BITS)),
  ntpNanoseconds: exactly(8, (view, offset) => readNtp(view, offset, 0xffff_ffff)),
};

/** How to read a field. A length that its type does not allow is read as hex; of no octets only texts are values. */
export function readerOf(type: ElementType | undefined, variable: boolean): ReadValue {
  if (type === undefined && variable) return readTextOrHex;
  if (type === 'string') return readString;
  const read = READERS[type ?? 'unsigned'];
  return (view, offset, length) => (length === 0 ? undefined : read(view, offset, length));
}
