import { nameTag } from './network.ts';
import type { InterfaceDescription } from './vpc-description.ts';

/** What an interface belongs to: the kind of thing, and its name; neither where EC2 does not say. */
interface InterfaceOwner {
  readonly kind?: string;
  readonly name?: string;
}

/**
 * How the descriptions that AWS services write begin, and what they are of. The first part in parentheses is the
 * name. Lambda's name is that of the function that the interface was made for: others with the same subnet and
 * security groups use it as well.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
const DESCRIPTIONS: readonly (readonly [RegExp, string, string])[] = [
  [/^AWS Lambda VPC ENI-(.+?)-[0-9a-f]{8}-[0-9a-f-]{27}$/, 'lambda', 'lambda/'],
  [/^ELB app\/([^/]+)\//, 'load-balancer', 'alb/'],
  [/^ELB net\/([^/]+)\//, 'load-balancer', 'nlb/'],
  [/^ELB gwy\/([^/]+)\//, 'load-balancer', 'gwlb/'],
  [/^ELB ([^/]+)$/, 'load-balancer', 'elb/'],
  [/^VPC Endpoint Interface (vpce-\w+)/, 'vpc-endpoint', 'endpoint/'],
  [/^Interface for NAT Gateway (nat-\w+)/, 'nat-gateway', 'nat/'],
  [/^EFS mount target for (fs-\w+)/, 'efs', 'efs/'],
  [/^ElastiCache (\S+)/, 'elasticache', 'elasticache/'],
  [/^Amazon EKS (\S+)$/, 'eks', 'eks/'],
];
const ECS = /^arn:aws[a-z-]*:ecs:/;
/** Services that do not say in the description whose the interface is. */
const REQUESTERS: Readonly<Record<string, string>> = {
  'amazon-rds': 'rds',
  'amazon-elb': 'load-balancer',
  'amazon-elasticache': 'elasticache',
  'amazon-redshift': 'redshift',
};

/** What EC2 says of an interface that is not an instance's: by its tags, its description, its type or its requester. */
export function interfaceOwnerOf({
  TagSet = [],
  Description = '',
  InterfaceType,
  RequesterId = '',
}: InterfaceDescription): InterfaceOwner {
  const service = TagSet.find(({ Key }) => Key === 'aws:ecs:serviceName')?.Value;
  if (service !== undefined) return { kind: 'ecs', name: `ecs/${service}` };
  const [kind, name] = ECS.test(Description) ? ['ecs', 'ecs task'] : readDescription(Description);
  const other =
    InterfaceType === undefined || InterfaceType === 'interface' ? undefined : InterfaceType;
  const requester = Object.hasOwn(REQUESTERS, RequesterId) ? REQUESTERS[RequesterId] : undefined;
  const said = kind ?? requester ?? other?.replaceAll('_', '-');
  const called = nameTag(TagSet) || name || Description;
  return { ...(said !== undefined && { kind: said }), ...(called !== '' && { name: called }) };
}

function readDescription(description: string): readonly [string?, string?] {
  for (const [pattern, kind, prefix] of DESCRIPTIONS) {
    const [, name] = pattern.exec(description) ?? [];
    if (name !== undefined) return [kind, `${prefix}${name}`];
  }
  return [];
}
