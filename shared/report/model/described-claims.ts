import { addressOrPrefixOf } from '../../flow/prefix.ts';
import type { Claim, Labels } from '../../names/claim.ts';
import { interfaceOwnerOf } from './interface-owner.ts';
import { nameTag } from './network.ts';
import type {
  InstanceDescription,
  InterfaceDescription,
  SubnetDescription,
  TagsDescription,
  VpcDescription,
} from './vpc-description.ts';

/** An owner of addresses, without the addresses. */
type Owner = Omit<Claim, 'prefix' | 'kind'>;
type Addresses = Pick<
  InterfaceDescription,
  'PrivateIpAddress' | 'PrivateIpAddresses' | 'Ipv6Addresses' | 'Ipv4Prefixes' | 'Ipv6Prefixes'
>;

/**
 * Whose addresses EC2 says they are: those of interfaces, their secondary ones and those in their prefixes, belong to
 * the instance or interface; all addresses of a subnet have its labels.
 */
export function describedClaims(description: VpcDescription): Claim[] {
  const { NetworkInterfaces = [], Reservations = [], Subnets = [] } = description;
  const places = new Map(Subnets.map((each) => [each.SubnetId, subnetLabels(each)]));
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  const owners = new Map(
    instances.map((each) => [each.InstanceId, instanceOwner(each, places.get(each.SubnetId))]),
  );
  return [
    ...instances.flatMap((each) => instanceClaims(each, owners.get(each.InstanceId))),
    ...NetworkInterfaces.flatMap((each) => interfaceClaims(each, owners, places)),
    ...Subnets.flatMap(subnetClaims),
  ];
}

function instanceClaims(instance: InstanceDescription, owner: Owner | undefined): Claim[] {
  const { PrivateIpAddress, NetworkInterfaces = [] } = instance;
  if (owner === undefined) return [];
  const interfaces = NetworkInterfaces.flatMap((each) => claimsOf(each, owner, true));
  return [...claimsAt([PrivateIpAddress], 'host', owner), ...interfaces];
}

function interfaceClaims(
  each: InterfaceDescription,
  owners: ReadonlyMap<string | undefined, Owner>,
  places: ReadonlyMap<string | undefined, Labels>,
): Claim[] {
  const instance = each.Attachment?.InstanceId;
  const known = owners.get(instance);
  const { kind, name } = interfaceOwnerOf(each);
  const isInstance = instance !== undefined;
  const place = {
    ...places.get(each.SubnetId),
    ...zone(each.AvailabilityZone),
    ...vpc(each.VpcId),
  };
  const owner: Owner = {
    id: instance ?? each.NetworkInterfaceId,
    // A task in an instance's interface is the task; otherwise the instance's name says more.
    name: kind === 'ecs' ? name : (known?.name ?? name),
    vpcId: each.VpcId,
    labels: {
      ...place,
      ...(kind !== undefined && !isInstance && { kind }),
      ...(name !== undefined && !isInstance && { owner: name }),
      ...tagLabels(each.TagSet),
      ...known?.labels,
    },
  };
  return claimsOf(each, owner, isInstance);
}

/** The primary address of an instance's interface is the host's own. */
function claimsOf(addresses: Addresses, owner: Owner, isInstance: boolean): Claim[] {
  const { PrivateIpAddress, PrivateIpAddresses = [], Ipv6Addresses = [] } = addresses;
  const { Ipv4Prefixes = [], Ipv6Prefixes = [] } = addresses;
  const others = [
    ...PrivateIpAddresses.map((each) => each.PrivateIpAddress),
    ...Ipv6Addresses.map((each) => each.Ipv6Address),
    ...Ipv4Prefixes.map((each) => each.Ipv4Prefix),
    ...Ipv6Prefixes.map((each) => each.Ipv6Prefix),
  ];
  return [
    ...claimsAt([PrivateIpAddress], isInstance ? 'host' : 'ec2', owner),
    ...claimsAt(
      others.filter((text) => text !== PrivateIpAddress),
      'ec2',
      owner,
    ),
  ];
}

function claimsAt(
  texts: readonly (string | undefined)[],
  kind: Claim['kind'],
  owner: Owner,
): Claim[] {
  return texts.flatMap((text) => {
    const prefix = text === undefined ? undefined : addressOrPrefixOf(text);
    return prefix === undefined ? [] : [{ ...owner, kind, prefix }];
  });
}

function instanceOwner(each: InstanceDescription, place: Labels | undefined): Owner {
  const { InstanceId, VpcId, Tags, Placement } = each;
  const group = Tags?.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value;
  return {
    id: InstanceId,
    name: nameTag(Tags) || undefined,
    vpcId: VpcId,
    labels: {
      kind: 'instance',
      ...(InstanceId !== undefined && { instance: InstanceId }),
      ...place,
      ...zone(Placement?.AvailabilityZone),
      ...vpc(VpcId),
      ...(group !== undefined && { asg: group, owner: `asg/${group}` }),
      ...tagLabels(Tags),
    },
  };
}

function subnetClaims(subnet: SubnetDescription): Claim[] {
  const { CidrBlock, Ipv6CidrBlockAssociationSet = [], VpcId } = subnet;
  const blocks = [CidrBlock, ...Ipv6CidrBlockAssociationSet.map((each) => each.Ipv6CidrBlock)];
  return claimsAt(blocks, 'subnet', { vpcId: VpcId, labels: subnetLabels(subnet) });
}

function subnetLabels({ SubnetId, VpcId, AvailabilityZone, Tags }: SubnetDescription): Labels {
  const name = nameTag(Tags) || SubnetId;
  return { ...(name !== undefined && { subnet: name }), ...zone(AvailabilityZone), ...vpc(VpcId) };
}

function zone(name: string | undefined): Labels {
  return name === undefined ? {} : { az: name };
}

function vpc(id: string | undefined): Labels {
  return id === undefined ? {} : { vpc: id };
}

function tagLabels(tags: TagsDescription = []): Labels {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [`tag:${Key}`, Value]));
}
