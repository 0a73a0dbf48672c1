import { readAddress } from '../flowlog/values.ts';
import { Address } from './record.ts';

/** The bits of a prefix, and their number. IPv6 needs more than a number holds exactly. */
export interface Prefix {
  readonly family: number;
  readonly length: number;
  readonly bits: number | bigint;
}

/** Reads an address, dotted decimal or IPv6; undefined for other text. */
export function addressOf(text: string): Address | undefined {
  const address = new Address();
  if (readDotted(text, address)) return address;
  // A value is followed by a blank, and a dozen bytes that are not read.
  const end = readAddress(Buffer.from(`${text}${' '.repeat(17)}`), 0, address);
  return address.family !== 0 && end === text.length ? address : undefined;
}

/** Most addresses are IPv4, and reading one in place takes a tenth of the time. */
function readDotted(text: string, address: Address): boolean {
  let [word, octet, digits, dots] = [0, 0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9 && digits < 3) {
      octet = octet * 10 + digit;
      digits++;
    } else if (digit === -2 && digits > 0 && dots < 3) {
      word = (word << 8) | octet;
      octet = digits = 0;
      dots++;
    } else return false;
    if (octet > 255) return false;
  }
  if (dots !== 3 || digits === 0) return false;
  address.family = 4;
  address.w0 = (word << 8) | octet;
  return true;
}

/** Reads `192.0.2.0/24`; bits after the prefix are ignored. undefined for other text. */
export function prefixOf(text: string): Prefix | undefined {
  const [, network = '', digits = ''] = /^([\d.]+|[\da-fA-F:.]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = addressOf(network);
  const length = Number(digits);
  if (address === undefined || length > longest(address.family)) return undefined;
  return { family: address.family, length, bits: bitsOf(address, length) };
}

/** Reads a prefix, or an address as the prefix that holds it alone. */
export function addressOrPrefixOf(text: string): Prefix | undefined {
  const address = addressOf(text);
  if (address === undefined) return prefixOf(text);
  const length = longest(address.family);
  return { family: address.family, length, bits: bitsOf(address, length) };
}

/** Values by prefix. */
export class PrefixTable<T> {
  /** By family and length of prefix, the longest first; then by the bits of the prefix. */
  readonly #lengths: { family: number; length: number; values: Map<number | bigint, T> }[] = [];

  /** The value of this very prefix. */
  get({ family, length, bits }: Prefix): T | undefined {
    return this.#lengths
      .find((each) => each.family === family && each.length === length)
      ?.values.get(bits);
  }

  /** An earlier value of the prefix is replaced. */
  set({ family, length, bits }: Prefix, value: T): void {
    const has = (each: { family: number; length: number }) =>
      each.family === family && each.length === length;
    const known = this.#lengths.find(has);
    if (known !== undefined) {
      known.values.set(bits, value);
      return;
    }
    this.#lengths.push({ family, length, values: new Map([[bits, value]]) });
    this.#lengths.sort((a, b) => b.length - a.length);
  }

  /** The value of the longest prefix that the address is in; undefined when it is in none. */
  of(address: Address): T | undefined {
    for (const { family, length, values } of this.#lengths) {
      if (family !== address.family) continue;
      const value = values.get(bitsOf(address, length));
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The values of all prefixes that the address is in, that of the longest first. */
  allOf(address: Address): T[] {
    return this.#lengths.flatMap(({ family, length, values }) => {
      const value = family === address.family ? values.get(bitsOf(address, length)) : undefined;
      return value === undefined ? [] : [value];
    });
  }
}

function longest(family: number): number {
  return family === 6 ? 128 : 32;
}

/** The first bits of an address. */
function bitsOf({ family, w0, w1, w2, w3 }: Address, length: number): number | bigint {
  if (family !== 6) return length === 0 ? 0 : w0 >>> (32 - length);
  const words = [w0, w1, w2, w3];
  const bits = words.reduce((high, word) => (high << 32n) | BigInt(word >>> 0), 0n);
  return bits >> BigInt(128 - length);
}
