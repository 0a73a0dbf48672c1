import * as v from 'valibot';
import { PrefixTable, prefixOf } from '../../flow/prefix.ts';
import { readShape } from '../../read-shape.ts';

const PREFIX = v.pipe(
  v.string(),
  v.check((text) => prefixOf(text) !== undefined, 'a prefix like 192.0.2.0/24'),
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

/** What ip-ranges.json says. */
export interface IpRanges {
  /** The regions of each service's addresses. */
  readonly regions: ReadonlyMap<string, PrefixTable<string>>;
  /** The services of addresses, where there is a more special one than AMAZON, which has all addresses. */
  readonly services: PrefixTable<string>;
}

/** Reads ip-ranges.json. @throws ShapeError when it is something else. */
export function readIpRanges(value: unknown, what: string): IpRanges {
  const { prefixes, ipv6_prefixes } = readShape(IP_RANGES, value, what);
  const regions = new Map<string, PrefixTable<string>>();
  const services = new PrefixTable<string>();
  const all = [
    ...prefixes.map(({ ip_prefix: text, ...place }) => ({ text, ...place })),
    ...ipv6_prefixes.map(({ ipv6_prefix: text, ...place }) => ({ text, ...place })),
  ];
  for (const { text, service, region } of all) {
    const prefix = prefixOf(text);
    if (prefix === undefined) continue;
    const ofService = regions.get(service) ?? new PrefixTable<string>();
    ofService.set(prefix, region);
    regions.set(service, ofService);
    if (isMoreSpecial(service, services.get(prefix))) services.set(prefix, service);
  }
  return { regions, services };
}

/** The ranges of several services are also EC2's, whose hosts they are on. */
function isMoreSpecial(service: string, than: string | undefined): boolean {
  if (service === 'AMAZON') return false;
  return than === undefined || than === 'EC2';
}
