import { isIP } from 'node:net';
import * as v from 'valibot';
import { readShape } from '../../read-shape.ts';

const TEXT = v.optional(v.string());
const listOf = <const Schema extends v.GenericSchema>(schema: Schema) =>
  v.optional(v.pipe(v.array(schema), v.readonly()));

const TAGS = listOf(v.object({ Key: TEXT, Value: TEXT }));
const ENDPOINT = v.object({
  VpcEndpointId: TEXT,
  VpcEndpointType: TEXT,
  VpcId: TEXT,
  ServiceName: TEXT,
  State: TEXT,
  RouteTableIds: listOf(v.string()),
  Tags: TAGS,
});
const ROUTE_TABLE = v.object({
  RouteTableId: TEXT,
  VpcId: TEXT,
  Associations: listOf(v.object({ Main: v.optional(v.boolean()), SubnetId: TEXT })),
  Routes: listOf(v.object({ NatGatewayId: TEXT })),
});
const SUBNET = v.object({
  SubnetId: TEXT,
  VpcId: TEXT,
  CidrBlock: v.optional(v.pipe(v.string(), v.check(isCidrBlock, 'a block such as 10.0.0.0/16'))),
  Ipv6CidrBlockAssociationSet: listOf(v.object({ Ipv6CidrBlock: TEXT })),
  AvailabilityZone: TEXT,
  Tags: TAGS,
});
const NAT_GATEWAY = v.object({
  NatGatewayId: TEXT,
  VpcId: TEXT,
  Tags: TAGS,
  NatGatewayAddresses: listOf(
    v.object({
      NetworkInterfaceId: TEXT,
      PrivateIp: TEXT,
      IsPrimary: v.optional(v.boolean()),
    }),
  ),
});
/** An interface's addresses, in descriptions of interfaces and of instances. */
const ADDRESSES = {
  PrivateIpAddress: TEXT,
  PrivateIpAddresses: listOf(v.object({ PrivateIpAddress: TEXT })),
  Ipv6Addresses: listOf(v.object({ Ipv6Address: TEXT })),
  Ipv4Prefixes: listOf(v.object({ Ipv4Prefix: TEXT })),
  Ipv6Prefixes: listOf(v.object({ Ipv6Prefix: TEXT })),
};
const INTERFACE = v.object({
  NetworkInterfaceId: TEXT,
  VpcId: TEXT,
  SubnetId: TEXT,
  AvailabilityZone: TEXT,
  InterfaceType: TEXT,
  RequesterId: TEXT,
  Description: TEXT,
  TagSet: TAGS,
  Attachment: v.optional(v.object({ InstanceId: TEXT })),
  ...ADDRESSES,
});
const INSTANCE = v.object({
  InstanceId: TEXT,
  VpcId: TEXT,
  SubnetId: TEXT,
  Placement: v.optional(v.object({ AvailabilityZone: TEXT })),
  PrivateIpAddress: TEXT,
  NetworkInterfaces: listOf(v.object({ ...ADDRESSES })),
  Tags: TAGS,
});
const PARTS = {
  VpcEndpoints: listOf(ENDPOINT),
  RouteTables: listOf(ROUTE_TABLE),
  Subnets: listOf(SUBNET),
  NatGateways: listOf(NAT_GATEWAY),
  NetworkInterfaces: listOf(INTERFACE),
  Reservations: listOf(v.object({ Instances: listOf(INSTANCE) })),
};
const DESCRIPTION = v.pipe(
  v.object(PARTS),
  v.check(
    (parts) => Object.keys(parts).length > 0,
    `an object with one of ${Object.keys(PARTS).join(', ')}`,
  ),
);

/** The parts of EC2's descriptions that are used, as `aws ec2 describe-…` and the API give them. */
export type VpcDescription = v.InferOutput<typeof DESCRIPTION>;
export type EndpointDescription = v.InferOutput<typeof ENDPOINT>;
export type RouteTableDescription = v.InferOutput<typeof ROUTE_TABLE>;
export type SubnetDescription = v.InferOutput<typeof SUBNET>;
export type NatGatewayDescription = v.InferOutput<typeof NAT_GATEWAY>;
export type InterfaceDescription = v.InferOutput<typeof INTERFACE>;
export type InstanceDescription = v.InferOutput<typeof INSTANCE>;
export type TagsDescription = v.InferOutput<typeof TAGS>;

/**
 * Reads what `aws ec2 describe-…` prints.
 * @throws ShapeError naming `what` and the member that is not as EC2 describes it.
 */
export function readDescription(value: unknown, what: string): VpcDescription {
  return readShape(DESCRIPTION, value, what);
}

/** Puts descriptions together; a part that none of them has stays absent. */
export function mergeDescriptions(descriptions: readonly VpcDescription[]): VpcDescription {
  const merged: Record<string, object[]> = {};
  for (const description of descriptions) {
    for (const [part, items = []] of Object.entries(description)) {
      merged[part] = [...(merged[part] ?? []), ...items];
    }
  }
  return merged;
}

function isCidrBlock(text: string): boolean {
  const [, network = '', bits = ''] = /^(.*)\/(\d+)$/.exec(text) ?? [];
  return isIP(network) === 4 && Number(bits) <= 32;
}
