import { type InterfaceDescription, nameTag, type VpcDescription } from './network.ts';

/** Whose an address is: an instance or interface, and what people call it. */
interface Name {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** Whose an address is, as far as somebody has said. */
export type Names = (address: string) => Name;

/** Names of instances and interfaces by their tags, else by what AWS's services write as description. */
export function namesOf({ NetworkInterfaces = [], Reservations = [] }: VpcDescription): Names {
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  const byId = new Map(instances.map((each) => [each.InstanceId, nameTag(each.Tags)]));
  const names = new Map<string | undefined, Name>(
    instances.map((each) => [
      each.PrivateIpAddress,
      { id: each.InstanceId, name: nameTag(each.Tags) || undefined },
    ]),
  );
  for (const each of NetworkInterfaces) {
    const instance = each.Attachment?.InstanceId;
    const name = interfaceName(each, byId.get(instance) ?? '') || undefined;
    for (const address of addressesOf(each)) {
      names.set(address, { id: instance ?? each.NetworkInterfaceId, name });
    }
  }
  return (address) => names.get(address) ?? {};
}

function addressesOf({
  PrivateIpAddress,
  PrivateIpAddresses = [],
}: InterfaceDescription): string[] {
  const all = [PrivateIpAddress, ...PrivateIpAddresses.map((each) => each.PrivateIpAddress)];
  return all.filter((address) => address !== undefined);
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
