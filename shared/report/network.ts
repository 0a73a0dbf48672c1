import { BlockList, isIP } from 'node:net';

/** As the API has it: nothing is sure to be there. */
type Given<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

/** The parts of EC2's descriptions that are used, as `aws ec2 describe-…` and the API give them. */
export type VpcDescription = Given<{
  VpcEndpoints: readonly EndpointDescription[];
  RouteTables: readonly RouteTableDescription[];
  Subnets: readonly SubnetDescription[];
  NatGateways: readonly NatGatewayDescription[];
  NetworkInterfaces: readonly InterfaceDescription[];
  Reservations: readonly Given<{ Instances: readonly InstanceDescription[] }>[];
}>;
type Tags = readonly Given<{ Key: string; Value: string }>[];
export type EndpointDescription = Given<{
  VpcEndpointId: string;
  VpcEndpointType: string;
  VpcId: string;
  ServiceName: string;
  State: string;
  RouteTableIds: readonly string[];
}>;
export type RouteTableDescription = Given<{
  RouteTableId: string;
  VpcId: string;
  Associations: readonly Given<{ Main: boolean; SubnetId: string }>[];
  Routes: readonly Given<{ NatGatewayId: string }>[];
}>;
type SubnetDescription = Given<{ SubnetId: string; VpcId: string; CidrBlock: string }>;
export type NatGatewayDescription = Given<{
  NatGatewayId: string;
  VpcId: string;
  Tags: Tags;
  NatGatewayAddresses: readonly Given<{ NetworkInterfaceId: string }>[];
}>;
export type InterfaceDescription = Given<{
  NetworkInterfaceId: string;
  VpcId: string;
  Description: string;
  TagSet: Tags;
  Attachment: Given<{ InstanceId: string }>;
  PrivateIpAddress: string;
  PrivateIpAddresses: readonly Given<{ PrivateIpAddress: string }>[];
  Ipv6Addresses: readonly Given<{ Ipv6Address: string }>[];
}>;
export type InstanceDescription = Given<{
  InstanceId: string;
  VpcId: string;
  PrivateIpAddress: string;
  Tags: Tags;
}>;

const PARTS = [
  'VpcEndpoints',
  'RouteTables',
  'Subnets',
  'NatGateways',
  'NetworkInterfaces',
  'Reservations',
] as const;

/**
 * Puts descriptions together.
 * @throws RangeError when one of them has none of the known parts, or a part that is no list of objects.
 */
export function mergeDescriptions(descriptions: readonly unknown[]): VpcDescription {
  const merged: Record<string, object[]> = {};
  for (const description of descriptions) {
    const parts = PARTS.filter((part) => isObject(description) && description[part] !== undefined);
    if (parts.length === 0) throw new RangeError(`has none of ${PARTS.join(', ')}`);
    for (const part of parts) {
      const list = (description as Record<string, unknown>)[part];
      if (!Array.isArray(list) || !list.every(isObject)) {
        throw new RangeError(`${part} is no list of objects`);
      }
      merged[part] = [...(merged[part] ?? []), ...list];
    }
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of the tag `Name`. */
export function nameTag(tags: Tags = []): string {
  return tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
}

/** What a NAT gateway's lines call it: its own id, and those of its interfaces. */
export function namesOfGateway(id: string, { NatGateways = [] }: VpcDescription): Set<string> {
  const addresses =
    NatGateways.find((gateway) => gateway.NatGatewayId === id)?.NatGatewayAddresses ?? [];
  const interfaces = addresses.map(({ NetworkInterfaceId }) => NetworkInterfaceId ?? '');
  return new Set([id, ...interfaces.filter((name) => name !== '')]);
}

/** The gateway that an interface (or its own id) belongs to. */
export function gatewayOf(
  name: string,
  { NatGateways = [] }: VpcDescription,
): NatGatewayDescription | undefined {
  return NatGateways.find(
    ({ NatGatewayId, NatGatewayAddresses = [] }) =>
      NatGatewayId === name ||
      NatGatewayAddresses.some(({ NetworkInterfaceId }) => NetworkInterfaceId === name),
  );
}

/** The route table that an address of a VPC uses: its subnet's own, else the main one. */
export function routeTableFinder(
  { Subnets = [], RouteTables = [] }: VpcDescription,
  vpcId: string,
): (address: string) => RouteTableDescription | undefined {
  const tables = RouteTables.filter(({ VpcId }) => VpcId === vpcId);
  const main = tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  const subnets = Subnets.filter(({ VpcId }) => VpcId === vpcId).map((subnet) => ({
    list: blockList(subnet.CidrBlock ?? ''),
    table:
      tables.find(({ Associations = [] }) =>
        Associations.some(({ SubnetId }) => SubnetId === subnet.SubnetId),
      ) ?? main,
  }));
  return (address) => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return subnets.find(({ list }) => list.check(address, family))?.table;
  };
}

function blockList(cidr: string): BlockList {
  const list = new BlockList();
  const [network = '', bits = ''] = cidr.split('/');
  if (isIP(network) === 4 && Number(bits) <= 32) list.addSubnet(network, Number(bits), 'ipv4');
  return list;
}
