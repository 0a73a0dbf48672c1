import * as v from 'valibot';
import { Address } from '../../flow/record.ts';
import { readAddress } from '../../flowlog/values.ts';
import { GATEWAY_ENDPOINTS } from '../../gateway/gateway-endpoints.ts';
import { readShape } from '../../read-shape.ts';

/** The bits of a prefix, and their number. IPv6 needs more than a number holds exactly. */
interface Prefix {
  readonly family: number;
  readonly length: number;
  readonly bits: number | bigint;
}

const PREFIX = v.pipe(
  v.string(),
  v.check((text) => readPrefix(text) !== undefined, 'a prefix like 192.0.2.0/24'),
);
const PLACE = { region: v.string(), service: v.string() };

/**
 * AWS's ip-ranges.json. A prefix is in it once for each service that uses it.
 * https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html
 */
const IP_RANGES = v.object({
  prefixes: v.array(v.object({ ip_prefix: PREFIX, ...PLACE })),
  ipv6_prefixes: v.array(v.object({ ipv6_prefix: PREFIX, ...PLACE })),
});

/** Which region's the addresses of a service are. */
export class Regions {
  /** By family and length of prefix, the longest first; then by the bits of the prefix. */
  readonly #lengths: { family: number; length: number; regions: Map<number | bigint, string> }[] =
    [];

  add({ family, length, bits }: Prefix, region: string): void {
    const has = (each: { family: number; length: number }) =>
      each.family === family && each.length === length;
    const known = this.#lengths.find(has);
    if (known !== undefined) {
      known.regions.set(bits, region);
      return;
    }
    this.#lengths.push({ family, length, regions: new Map([[bits, region]]) });
    this.#lengths.sort((a, b) => b.length - a.length);
  }

  /** The region of the longest prefix that the address is in; undefined when it is in none. */
  of(address: Address): string | undefined {
    for (const { family, length, regions } of this.#lengths) {
      if (family !== address.family) continue;
      const region = regions.get(bitsOf(address, length));
      if (region !== undefined) return region;
    }
    return undefined;
  }
}

/** What ip-ranges.json says of the services with gateway endpoints: the regions of each one's addresses. */
export type IpRanges = ReadonlyMap<string, Regions>;

/** Reads ip-ranges.json. @throws ShapeError when it is something else. */
export function readIpRanges(value: unknown, what: string): IpRanges {
  const { prefixes, ipv6_prefixes } = readShape(IP_RANGES, value, what);
  const found = new Map(Object.keys(GATEWAY_ENDPOINTS).map((name) => [name, new Regions()]));
  const all = [
    ...prefixes.map(({ ip_prefix: text, ...place }) => ({ text, ...place })),
    ...ipv6_prefixes.map(({ ipv6_prefix: text, ...place }) => ({ text, ...place })),
  ];
  for (const { text, service, region } of all) {
    const prefix = readPrefix(text);
    if (prefix !== undefined) found.get(service)?.add(prefix, region);
  }
  return found;
}

function readPrefix(text: string): Prefix | undefined {
  const [, network = '', digits = ''] = /^([\d.]+|[\da-fA-F:.]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = new Address();
  // A value is followed by a blank, and a dozen bytes that are not read.
  const end = readAddress(Buffer.from(`${network}${' '.repeat(17)}`), 0, address);
  const length = Number(digits);
  const most = address.family === 6 ? 128 : 32;
  if (network === '' || end !== network.length || length > most) return undefined;
  return { family: address.family, length, bits: bitsOf(address, length) };
}

/** The first bits of an address. */
function bitsOf({ family, w0, w1, w2, w3 }: Address, length: number): number | bigint {
  if (family !== 6) return length === 0 ? 0 : w0 >>> (32 - length);
  const words = [w0, w1, w2, w3];
  const bits = words.reduce((high, word) => (high << 32n) | BigInt(word >>> 0), 0n);
  return bits >> BigInt(128 - length);
}
