import { readFileSync } from 'node:fs';
import { BlockList, isIPv6 } from 'node:net';
import { join } from 'node:path';

/** The files of tests/fixtures/asn. */
export const ASN_FIXTURES = join(import.meta.dirname, '../fixtures/asn');

/** A row of table.csv, from which the databases were made. */
export interface AsnRow {
  readonly network: string;
  readonly length: number;
  readonly asn: number;
  readonly organization: string;
}

/** The rows of table.csv. */
export function asnRows(): AsnRow[] {
  const [, ...lines] = readFileSync(join(ASN_FIXTURES, 'table.csv'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [, network = '', length, asn, text = ''] = /^([^/]+)\/(\d+),(\d+),(.*)$/.exec(line) ?? [];
    const organization = text.replace(/^"(.*)"$/, '$1');
    return { network, length: Number(length), asn: Number(asn), organization };
  });
}

/** The row of the longest prefix that an address is in, found by looking at all of them. */
export function asnRowOf(address: string, rows = asnRows()): AsnRow | undefined {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const holding = rows.filter(({ network, length }) => {
    if (isIPv6(network) !== isIPv6(address)) return false;
    const block = new BlockList();
    block.addSubnet(network, length, family);
    return block.check(address, family);
  });
  return holding.sort((a, b) => b.length - a.length)[0];
}

/** Addresses at the edges of the prefixes, inside and outside. */
export function asnEdges(): string[] {
  return [
    ...['203.0.112.255', '203.0.113.0', '203.0.113.127', '203.0.113.128', '203.0.113.191'],
    ...['203.0.113.192', '203.0.113.193', '203.0.113.255', '203.0.114.0', '198.51.99.255'],
    ...['198.51.100.0', '198.51.100.63', '198.51.100.64', '198.51.100.127', '198.51.100.128'],
    ...['198.51.101.255', '198.51.102.0', '192.0.2.0', '192.0.2.15', '192.0.2.16', '192.0.2.32'],
    ...['192.0.2.63', '192.0.2.64', '52.215.255.255', '52.216.0.0', '52.217.255.255', '52.218.0.0'],
    ...['0.0.0.0', '255.255.255.255', '2001:db7:ffff::', '2001:db8::', '2001:db8:0:ffff::1'],
    ...['2001:db8:1::', '2001:db8:1:0:7fff::', '2001:db8:1:0:8000::', '2001:db8:1:0:ffff:1::'],
    ...['2001:db8:1:1::', '2001:db8:2::', '2001:db9::', '::', '::1', 'ffff::'],
  ];
}
