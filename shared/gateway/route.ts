import { BlockList, isIP } from 'node:net';

/** One route of a route table: the addresses and the target of their packets. */
export interface Route {
  readonly cidr: string;
  /** `local`, or the id of a gateway, interface, peering … */
  readonly target: string;
}

/** A route table, the subnets that use it, and whether all others in the VPC do. */
export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  readonly main: boolean;
  readonly subnetIds: readonly string[];
  readonly routes: readonly Route[];
}

/** The route of a packet from a subnet, which is the one with the longest prefix; undefined when there is none. */
export function routeFrom(
  subnet: { readonly id: string; readonly vpcId: string },
  address: string,
  tables: readonly RouteTable[],
): Route | undefined {
  const table =
    tables.find(({ subnetIds }) => subnetIds.includes(subnet.id)) ??
    tables.find(({ vpcId, main }) => main && vpcId === subnet.vpcId);
  const matching = (table?.routes ?? []).filter(({ cidr }) => contains(cidr, address));
  return matching.sort((a, b) => prefixOf(b.cidr) - prefixOf(a.cidr))[0];
}

/**
 * Why a function in a subnet cannot, or should not, send along this route; undefined when it can.
 * `watched` are the NAT gateways whose traffic is recorded.
 */
export function routeFault(
  route: Route | undefined,
  watched: ReadonlySet<string>,
): string | undefined {
  if (route === undefined) return 'has no route there';
  if (watched.has(route.target)) {
    return `goes through ${route.target}, which is watched: recordings would feed the spike`;
  }
  // A function's interface has no public address, so an internet gateway drops its packets.
  if (route.target.startsWith('igw-'))
    return `goes to ${route.target}, which takes no functions' packets`;
  return undefined;
}

/** Whether an address is in a block of its own family. */
export function contains(cidr: string, address: string): boolean {
  const [network = ''] = cidr.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(network) !== family) return false;
  const list = new BlockList();
  list.addSubnet(network, prefixOf(cidr), family === 6 ? 'ipv6' : 'ipv4');
  return list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function prefixOf(cidr: string): number {
  return Number(cidr.split('/')[1]);
}
