/** How the value of a field is written; a `max` bounds what a NetFlow field can hold. */
export type FieldType =
  | { readonly kind: 'text' }
  | { readonly kind: 'address' }
  | { readonly kind: 'seconds' }
  | { readonly kind: 'integer'; readonly max: bigint };

const TEXT: FieldType = { kind: 'text' };
const ADDRESS: FieldType = { kind: 'address' };
const SECONDS: FieldType = { kind: 'seconds' };
const integer = (bits: bigint): FieldType => ({ kind: 'integer', max: 2n ** bits - 1n });

/**
 * The fields of VPC flow logs (versions 2 to 11) and transit gateway flow logs that are not text.
 * Every other name, known or yet to come, is text. encryption-status is among the text fields:
 * its type is not documented, and refusing a line over it would lose the flow.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
const TYPED_FIELDS: ReadonlyMap<string, FieldType> = new Map([
  ['version', integer(64n)],
  ['srcaddr', ADDRESS],
  ['dstaddr', ADDRESS],
  ['srcport', integer(16n)],
  ['dstport', integer(16n)],
  ['protocol', integer(8n)],
  ['packets', integer(64n)],
  ['bytes', integer(64n)],
  ['start', SECONDS],
  ['end', SECONDS],
  ['tcp-flags', integer(8n)],
  ['pkt-srcaddr', ADDRESS],
  ['pkt-dstaddr', ADDRESS],
  ['traffic-path', integer(64n)],
  ['packets-lost-no-route', integer(64n)],
  ['packets-lost-blackhole', integer(64n)],
  ['packets-lost-mtu-exceeded', integer(64n)],
  ['packets-lost-ttl-expired', integer(64n)],
]);

/** The text fields AWS documents: with TYPED_FIELDS, what a header line is recognised by. */
const TEXT_FIELDS: ReadonlySet<string> = new Set(
  `account-id interface-id action log-status vpc-id subnet-id instance-id type region az-id
  sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction
  ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id
  ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn
  ecs-task-id reject-reason resource-id encryption-status instance-tag instance-tag-2
  interface-tag interface-tag-2 asg-tag asg-tag-2 interface-type next-hop-interface-id
  next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type resource-type tgw-id
  tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id
  tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id
  tgw-pair-attachment-id`.split(/\s+/),
);

/** The type of a field by its AWS name; unknown names are text. */
export function fieldType(name: string): FieldType {
  return TYPED_FIELDS.get(name) ?? TEXT;
}

/** Whether AWS documents a field of this name. */
export function isKnownField(name: string): boolean {
  return TYPED_FIELDS.has(name) || TEXT_FIELDS.has(name);
}
