import { BlockList, isIP } from 'node:net';
import type { KnownInterfaces } from '../../flow/gateway-proof.ts';
import { Address } from '../../flow/record.ts';
import type {
  InterfaceDescription,
  NatGatewayDescription,
  RouteTableDescription,
  SubnetDescription,
  TagsDescription,
  VpcDescription,
} from './vpc-description.ts';

/** The value of the tag `Name`; empty when there is none. */
export function nameTag(tags: TagsDescription = []): string {
  return tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
}

/** The names of a NAT gateway in flow logs: its id, and the ids of its interfaces. */
export function namesOfGateway(id: string, { NatGateways = [] }: VpcDescription): Set<string> {
  const addresses =
    NatGateways.find((gateway) => gateway.NatGatewayId === id)?.NatGatewayAddresses ?? [];
  const interfaces = addresses.map(({ NetworkInterfaceId }) => NetworkInterfaceId ?? '');
  return new Set([id, ...interfaces.filter((name) => name !== '')]);
}

/** The gateway with this id, or with this interface. */
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

/** What a description says of interfaces: which are NAT gateways', and which of another kind. */
export function knownInterfaces({
  NatGateways = [],
  NetworkInterfaces = [],
}: VpcDescription = {}): KnownInterfaces {
  const gateways = new Map<string, { by: 'described'; address: Address | undefined }>();
  const others = new Set<string>();
  for (const { NetworkInterfaceId = '', PrivateIpAddress, ...each } of NetworkInterfaces) {
    const isGateway = isGatewayInterface(each);
    if (isGateway) {
      gateways.set(NetworkInterfaceId, { by: 'described', address: ipv4(PrivateIpAddress) });
    } else if (isGateway === false) others.add(NetworkInterfaceId);
  }
  for (const { NatGatewayId = '', NatGatewayAddresses = [] } of NatGateways) {
    gateways.set(NatGatewayId, { by: 'described', address: undefined });
    for (const { NetworkInterfaceId = '', PrivateIp, IsPrimary = true } of NatGatewayAddresses) {
      const address = IsPrimary ? ipv4(PrivateIp) : undefined;
      const known = gateways.get(NetworkInterfaceId)?.address;
      gateways.set(NetworkInterfaceId, { by: 'described', address: known ?? address });
      others.delete(NetworkInterfaceId);
    }
  }
  gateways.delete('');
  others.delete('');
  return { gateways, others };
}

/** EC2's API calls the type natGateway, its answers have nat_gateway; undefined where the description does not tell. */
function isGatewayInterface({
  InterfaceType,
  Attachment,
}: Pick<InterfaceDescription, 'InterfaceType' | 'Attachment'>): boolean | undefined {
  if (InterfaceType !== undefined) return /nat_?gateway$/i.test(InterfaceType);
  return Attachment?.InstanceId === undefined ? undefined : false;
}

function ipv4(text = ''): Address | undefined {
  if (isIP(text) !== 4) return undefined;
  const w0 = text.split('.').reduce((word, octet) => (word << 8) | Number(octet), 0);
  return Object.assign(new Address(), { family: 4, w0 });
}

/** Finds the route table for an address of the VPC: that of its subnet, or else the main one. */
export function routeTableFinder(
  { Subnets = [], RouteTables = [] }: VpcDescription,
  vpcId: string,
): (address: string) => RouteTableDescription | undefined {
  const tables = RouteTables.filter(({ VpcId }) => VpcId === vpcId);
  const main = tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  const subnetOf = subnetFinder(Subnets.filter(({ VpcId }) => VpcId === vpcId));
  const tableOf = new Map(
    tables.flatMap((table) =>
      (table.Associations ?? []).map(({ SubnetId }) => [SubnetId, table] as const),
    ),
  );
  return (address) => {
    const subnet = subnetOf(address);
    return subnet && (tableOf.get(subnet.SubnetId) ?? main);
  };
}

/** Finds the subnet of an address, by its IPv4 block. */
export function subnetFinder(
  subnets: readonly SubnetDescription[],
): (address: string) => SubnetDescription | undefined {
  const lists = subnets.map((subnet) => ({ subnet, list: blockList(subnet.CidrBlock ?? '') }));
  return (address) => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return lists.find(({ list }) => list.check(address, family))?.subnet;
  };
}

function blockList(cidr: string): BlockList {
  const list = new BlockList();
  const [network = '', bits = ''] = cidr.split('/');
  if (isIP(network) === 4) list.addSubnet(network, Number(bits), 'ipv4');
  return list;
}
