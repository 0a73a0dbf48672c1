import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Address } from './record.ts';

/**
 * The IPv4 ranges of private networks: RFC 1918, and RFC 6598, which VPCs use as well. The saved queries in
 * template.yaml repeat them as a pattern; tests/template/parameters.test.ts compares the two.
 */
const PRIVATE_IPV4 = [
  { network: '10.0.0.0', prefix: 8 },
  { network: '172.16.0.0', prefix: 12 },
  { network: '192.168.0.0', prefix: 16 },
  { network: '100.64.0.0', prefix: 10 },
] as const;

/** Unique local IPv6 addresses, RFC 4193. */
const PRIVATE_IPV6 = { network: 'fc00::', prefix: 7 } as const;

const RANGES = PRIVATE_IPV4.map(({ network, prefix }) => ({
  shift: 32 - prefix,
  bits: wordOf(network) >>> (32 - prefix),
}));
const IPV6_SHIFT = 32 - PRIVATE_IPV6.prefix;
const IPV6_BITS = 0xfc000000 >>> IPV6_SHIFT;

/** Whether the address belongs to a private network; false for an address that is absent. */
export function isPrivate({ family, w0 }: Address): boolean {
  if (family === 6) return w0 >>> IPV6_SHIFT === IPV6_BITS;
  for (const { shift, bits } of RANGES) if (w0 >>> shift === bits) return true;
  return false;
}

/** The same for an address as text; false for a host name, whose address is not known here. */
export function isPrivateHost(host: string): boolean {
  return isIP(host) !== 0 && privateBlocks().check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

let blocks: BlockList | undefined;

/** Made when it is first asked for, so that bundles that do not ask leave it out. */
function privateBlocks(): BlockList {
  if (blocks !== undefined) return blocks;
  blocks = new BlockList();
  for (const { network, prefix } of PRIVATE_IPV4) blocks.addSubnet(network, prefix);
  blocks.addSubnet(PRIVATE_IPV6.network, PRIVATE_IPV6.prefix, 'ipv6');
  return blocks;
}

function wordOf(network: string): number {
  return network.split('.').reduce((word, octet) => word * 256 + Number(octet), 0);
}
