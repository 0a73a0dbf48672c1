/** How the value of a field is written. */
export type FieldKind = 'text' | 'address' | 'seconds' | 'integer';

/**
 * The fields of VPC flow logs (versions 2 to 11) and transit gateway flow logs that are not text.
 * Every other name, known or not, is text. encryption-status is a text field because its type is not
 * documented: a line that is refused because of it would lose a flow.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
const TYPED_FIELDS: ReadonlyMap<string, FieldKind> = new Map([
  ...fieldsOf('address', 'srcaddr dstaddr pkt-srcaddr pkt-dstaddr'),
  ...fieldsOf('seconds', 'start end'),
  ...fieldsOf(
    'integer',
    'version srcport dstport protocol packets bytes tcp-flags traffic-path packets-lost-no-route ' +
      'packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired',
  ),
]);

/** The text fields that AWS documents. A header line is recognised by these and TYPED_FIELDS. */
const TEXT_FIELDS: ReadonlySet<string> = new Set(
  (
    'account-id interface-id action log-status vpc-id subnet-id instance-id type region az-id ' +
    'sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction ' +
    'ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ' +
    'ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ' +
    'ecs-task-id reject-reason resource-id encryption-status instance-tag instance-tag-2 ' +
    'interface-tag interface-tag-2 asg-tag asg-tag-2 interface-type next-hop-interface-id ' +
    'next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type resource-type tgw-id ' +
    'tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id ' +
    'tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id ' +
    'tgw-pair-attachment-id'
  ).split(' '),
);

/** How a field is written, by its AWS name; unknown names are text. */
export function fieldKind(name: string): FieldKind {
  return TYPED_FIELDS.get(name) ?? 'text';
}

/** Whether AWS documents a field of this name. */
export function isKnownField(name: string): boolean {
  return TYPED_FIELDS.has(name) || TEXT_FIELDS.has(name);
}

function fieldsOf(kind: FieldKind, names: string): [string, FieldKind][] {
  return names.split(' ').map((name) => [name, kind]);
}
