import { type AsnResponse, Reader, type Response } from 'mmdb-lib';
import type { Address } from '../flow/record.ts';
import { ShapeError } from '../read-shape.ts';
import { printable } from '../text/printable.ts';
import { shorten } from '../text/shorten.ts';
import { MAX_ASN } from './asn.ts';

/** Bounds memory; further networks and addresses are looked up again. */
const MOST_KNOWN = 262_144;
/** Between the tree and the data of a file. https://maxmind.github.io/MaxMind-DB/ */
const SEPARATOR_BYTES = 16;
/** A network is known as a whole if it has this many bits, or fewer. */
const NETWORK_BITS = { 4: 24, 6: 48 } as const;

/** The members of IPinfo's records: `AS64500`, and the organisation. */
interface IpinfoRecord {
  readonly asn?: unknown;
  readonly as_name?: unknown;
  readonly name?: unknown;
}

/** What any of the databases may have of an address. */
type AsnRecord = Partial<AsnResponse> & IpinfoRecord;

/** How the keys of records with AS numbers stand in a file; the second has its length before it. */
const KEYS = ['autonomous_system_number', 'Casn'];

/**
 * The autonomous systems of addresses by a database in MaxMind's format: GeoLite2-ASN, DB-IP's ASN Lite, IPinfo's Lite,
 * or another one with the same members.
 */
export class AsnDatabase {
  /** What the file says of itself: `GeoLite2-ASN of 2026-11-01`. */
  readonly title: string;
  /** How often a record could not be read: the file is damaged. */
  unreadable = 0;
  readonly #reader: Reader<Response>;
  readonly #organizations = new Map<number, string>();
  /** The numbers of whole networks; of divided ones, that they are. */
  readonly #networks = new Map<number | string, number>();
  readonly #addresses = new Map<number | string, number>();

  /** @throws ShapeError when the file is damaged or of another format, or has no AS numbers. */
  constructor(file: Buffer, what: string) {
    this.#reader = readerOf(file, what);
    const { databaseType, buildEpoch } = this.#reader.metadata;
    const type = shorten(printable(String(databaseType)), 60);
    const built = Number.isNaN(buildEpoch.getTime()) ? '' : buildEpoch.toISOString().slice(0, 10);
    this.title = built === '' ? type : `${type} of ${built}`;
    if (!KEYS.some((key) => file.includes(key))) {
      throw new ShapeError(`${what} has no AS numbers: its type is ${type}`);
    }
  }

  /** The number of the autonomous system that announces the address; 0 when none is known. */
  of(address: Address): number {
    if (address.family !== 4 && address.family !== 6) return 0;
    const network = networkOf(address);
    const known = this.#networks.get(network) ?? this.#learn(address, network);
    if (known !== DIVIDED) return known;
    const key = keyOf(address);
    return this.#addresses.get(key) ?? this.#look(address, key);
  }

  /** The organisation that the AS number is registered to, of those that were found; empty when it is not said. */
  organizationOf(asn: number): string {
    return this.#organizations.get(asn) ?? '';
  }

  #learn(address: Address, network: number | string): number {
    const [asn, bits] = this.#find(address);
    const isWhole = bits <= NETWORK_BITS[address.family === 4 ? 4 : 6];
    return remember(this.#networks, network, isWhole ? asn : DIVIDED);
  }

  #look(address: Address, key: number | string): number {
    return remember(this.#addresses, key, this.#find(address)[0]);
  }

  /** The AS number, and how many bits the network has for which it holds. */
  #find(address: Address): readonly [asn: number, bits: number] {
    if (address.family === 6 && this.#reader.metadata.ipVersion === 4) return [0, 0];
    try {
      const [found, bits] = this.#reader.getWithPrefixLength(textOf(address));
      return [this.#read(found as AsnRecord | null), bits];
    } catch {
      this.unreadable++;
      return [0, Number.POSITIVE_INFINITY];
    }
  }

  #read(record: AsnRecord | null): number {
    if (record === null || typeof record !== 'object') return 0;
    const { autonomous_system_number: number, asn: text } = record;
    const asn = number ?? Number(/^AS(\d{1,10})$/.exec(String(text))?.[1]);
    if (!(Number.isInteger(asn) && asn > 0 && asn <= MAX_ASN)) return 0;
    const { autonomous_system_organization, as_name, name } = record;
    const organization = [autonomous_system_organization, as_name, name].find(isText);
    if (!this.#organizations.has(asn)) this.#organizations.set(asn, organization ?? '');
    return asn;
  }
}

const DIVIDED = -1;

function readerOf(file: Buffer, what: string): Reader<Response> {
  try {
    const reader = new Reader<Response>(file);
    const { searchTreeSize, ipVersion } = reader.metadata;
    const isWhole = searchTreeSize > 0 && searchTreeSize + SEPARATOR_BYTES < file.length;
    if (isWhole && (ipVersion === 4 || ipVersion === 6)) return reader;
  } catch {
    // A file of another format fails anywhere, with words about bytes.
  }
  throw new ShapeError(`${what} is no MMDB file, or is cut off`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function remember(
  known: Map<number | string, number>,
  key: number | string,
  value: number,
): number {
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, value);
  return value;
}

function networkOf({ family, w0, w1 }: Address): number | string {
  return family === 4 ? w0 >>> 8 : `${w0} ${w1 >>> 16}`;
}

function keyOf({ family, w0, w1, w2, w3 }: Address): number | string {
  return family === 4 ? w0 : `${w0} ${w1} ${w2} ${w3}`;
}

/** The address as the reader takes it. */
function textOf({ family, w0, w1, w2, w3 }: Address): string {
  if (family === 4) return [24, 16, 8, 0].map((shift) => (w0 >>> shift) & 0xff).join('.');
  return [w0, w1, w2, w3]
    .flatMap((word) => [word >>> 16, word & 0xffff])
    .map((group) => group.toString(16))
    .join(':');
}
