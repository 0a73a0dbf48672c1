import { nameTag } from './network.ts';
import type {
  InstanceDescription,
  InterfaceDescription,
  VpcDescription,
} from './vpc-description.ts';

/** The owner of an address: the id of an instance or interface, and its name. */
interface Name {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** Finds the owner of an address; an unknown owner has neither id nor name. */
export type Names = (address: string) => Name;

interface Owner extends Name {
  readonly vpcId: string | undefined;
}

/**
 * Names of instances and interfaces by their tags, or by the description that AWS services write. Two VPCs may
 * use the same address: an owner in `vpcIds` takes precedence, and an address with several owners has no name.
 */
export function namesOf(
  { NetworkInterfaces = [], Reservations = [] }: VpcDescription,
  vpcIds: ReadonlySet<string> = new Set(),
): Names {
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  const byId = new Map(instances.map((each) => [each.InstanceId, nameTag(each.Tags)]));
  // Running instances have an interface with the same address and more details, so interfaces come last.
  const owners = ownersByAddress([
    ...instances.map((each) => [[each.PrivateIpAddress], ownerOfInstance(each)] as const),
    ...NetworkInterfaces.map((each) => [addressesOf(each), ownerOfInterface(each, byId)] as const),
  ]);
  return (address) => {
    const all = [...(owners.get(address)?.values() ?? [])];
    const near = all.filter(({ vpcId }) => vpcId !== undefined && vpcIds.has(vpcId));
    const [owner, ...others] = near.length > 0 ? near : all;
    const isSure = owner !== undefined && others.every(({ id }) => id === owner.id);
    return isSure ? { id: owner.id, name: owner.name } : {};
  };
}

/** Owners by address, then by VPC; a later entry replaces an earlier one. */
function ownersByAddress(
  owned: readonly (readonly [readonly (string | undefined)[], Owner])[],
): Map<string | undefined, Map<string | undefined, Owner>> {
  const owners = new Map<string | undefined, Map<string | undefined, Owner>>();
  for (const [addresses, owner] of owned) {
    for (const address of addresses) {
      const inVpcs = owners.get(address) ?? new Map<string | undefined, Owner>();
      owners.set(address, inVpcs.set(owner.vpcId, owner));
    }
  }
  return owners;
}

function ownerOfInstance({ InstanceId, VpcId, Tags }: InstanceDescription): Owner {
  return { id: InstanceId, name: nameTag(Tags) || undefined, vpcId: VpcId };
}

function ownerOfInterface(
  each: InterfaceDescription,
  instanceNames: ReadonlyMap<string | undefined, string>,
): Owner {
  const instance = each.Attachment?.InstanceId;
  const name = interfaceName(each, instanceNames.get(instance) ?? '') || undefined;
  return { id: instance ?? each.NetworkInterfaceId, name, vpcId: each.VpcId };
}

function addressesOf({
  PrivateIpAddress,
  PrivateIpAddresses = [],
  Ipv6Addresses = [],
}: InterfaceDescription): (string | undefined)[] {
  return [
    PrivateIpAddress,
    ...PrivateIpAddresses.map((each) => each.PrivateIpAddress),
    ...Ipv6Addresses.map((each) => each.Ipv6Address),
  ];
}

const LAMBDA = /^AWS Lambda VPC ENI-(.+?)-[0-9a-f]{8}-[0-9a-f-]{27}$/;
const ECS = /^arn:aws[a-z-]*:ecs:/;

function interfaceName(
  { TagSet = [], Description = '' }: InterfaceDescription,
  instance: string,
): string {
  const tag = (key: string) => TagSet.find(({ Key }) => Key === key)?.Value;
  const service = tag('aws:ecs:serviceName');
  if (service !== undefined) return `ecs/${service}`;
  if (instance !== '') return instance;
  const named = nameTag(TagSet);
  if (named !== '') return named;
  const [, lambda] = LAMBDA.exec(Description) ?? [];
  if (lambda !== undefined) return `lambda/${lambda}`;
  return ECS.test(Description) ? 'ecs task' : Description;
}
