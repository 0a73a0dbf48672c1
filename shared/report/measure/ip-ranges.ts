import * as v from 'valibot';
import { PrefixTable, prefixOf } from '../../flow/prefix.ts';
import { GATEWAY_ENDPOINTS } from '../../gateway/gateway-endpoints.ts';
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

/** What ip-ranges.json says of the services with gateway endpoints: the regions of each one's addresses. */
export type IpRanges = ReadonlyMap<string, PrefixTable<string>>;

/** Reads ip-ranges.json. @throws ShapeError when it is something else. */
export function readIpRanges(value: unknown, what: string): IpRanges {
  const { prefixes, ipv6_prefixes } = readShape(IP_RANGES, value, what);
  const found = new Map(
    Object.keys(GATEWAY_ENDPOINTS).map((name) => [name, new PrefixTable<string>()]),
  );
  const all = [
    ...prefixes.map(({ ip_prefix: text, ...place }) => ({ text, ...place })),
    ...ipv6_prefixes.map(({ ipv6_prefix: text, ...place }) => ({ text, ...place })),
  ];
  for (const { text, service, region } of all) {
    const prefix = prefixOf(text);
    if (prefix !== undefined) found.get(service)?.set(prefix, region);
  }
  return found;
}
