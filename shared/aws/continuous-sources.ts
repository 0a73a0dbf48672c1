import {
  type EC2Client,
  paginateDescribeFlowLogs,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSubnets,
  paginateDescribeTransitGatewayAttachments,
  paginateDescribeTransitGateways,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import { undeliveredOf } from './flow-logs.ts';
import { collecting } from './refusal.ts';

/** A resource that exists, and the ids of what it is a part of. */
interface Found {
  readonly id: string;
  readonly partOf: readonly string[];
}

type Find = (client: EC2Client, ids: string[]) => Promise<Found[]>;

/** By how ids begin. Filters find resources although others are missing; lists of ids would fail. */
const FINDERS: readonly (readonly [prefix: string, find: Find])[] = [
  ['vpc-', findVpcs],
  ['subnet-', findSubnets],
  ['eni-', findInterfaces],
  ['tgw-attach-', findAttachments],
  ['tgw-', findTransitGateways],
];

/** Those of these VPCs, subnets, interfaces, transit gateways and attachments that exist. */
export async function findSources(client: EC2Client, ids: readonly string[]): Promise<Found[]> {
  const byFind = Map.groupBy(ids, (id) => FINDERS.find(([prefix]) => id.startsWith(prefix))?.[1]);
  const asked = [...byFind].map(async ([find, group]) => (await find?.(client, group)) ?? []);
  return (await Promise.all(asked)).flat();
}

/** The flow logs on these resources that go to the stream, with AWS's reason where it cannot deliver their lines. */
export async function listFlowLogsTo(
  client: EC2Client,
  resourceIds: readonly string[],
  streamArn: string,
) {
  const Filter = [{ Name: 'resource-id', Values: [...resourceIds] }];
  const pages = paginateDescribeFlowLogs({ client }, { Filter });
  const found = await collecting('ec2:DescribeFlowLogs', pages, ({ FlowLogs }) => FlowLogs);
  return found
    .filter(({ LogDestination }) => LogDestination === streamArn)
    .map((flowLog) => ({
      id: flowLog.FlowLogId ?? '',
      resourceId: flowLog.ResourceId ?? '',
      undelivered: undeliveredOf(flowLog),
    }));
}

async function findVpcs(client: EC2Client, Values: string[]): Promise<Found[]> {
  const pages = paginateDescribeVpcs({ client }, { Filters: [{ Name: 'vpc-id', Values }] });
  const found = await collecting('ec2:DescribeVpcs', pages, ({ Vpcs }) => Vpcs);
  return found.map(({ VpcId = '' }) => ({ id: VpcId, partOf: [] }));
}

async function findSubnets(client: EC2Client, Values: string[]): Promise<Found[]> {
  const pages = paginateDescribeSubnets({ client }, { Filters: [{ Name: 'subnet-id', Values }] });
  const found = await collecting('ec2:DescribeSubnets', pages, ({ Subnets }) => Subnets);
  return found.map(({ SubnetId = '', VpcId = '' }) => ({ id: SubnetId, partOf: [VpcId] }));
}

async function findInterfaces(client: EC2Client, Values: string[]): Promise<Found[]> {
  const Filters = [{ Name: 'network-interface-id', Values }];
  const pages = paginateDescribeNetworkInterfaces({ client }, { Filters });
  const action = 'ec2:DescribeNetworkInterfaces';
  const found = await collecting(action, pages, (page) => page.NetworkInterfaces);
  return found.map(({ NetworkInterfaceId = '', SubnetId = '', VpcId = '' }) => ({
    id: NetworkInterfaceId,
    partOf: [SubnetId, VpcId],
  }));
}

async function findTransitGateways(client: EC2Client, Values: string[]): Promise<Found[]> {
  const Filters = [{ Name: 'transit-gateway-id', Values }];
  const pages = paginateDescribeTransitGateways({ client }, { Filters });
  const action = 'ec2:DescribeTransitGateways';
  const found = await collecting(action, pages, (page) => page.TransitGateways);
  return found
    .filter(({ State }) => State !== 'deleted')
    .map(({ TransitGatewayId = '' }) => ({ id: TransitGatewayId, partOf: [] }));
}

async function findAttachments(client: EC2Client, Values: string[]): Promise<Found[]> {
  const Filters = [{ Name: 'transit-gateway-attachment-id', Values }];
  const pages = paginateDescribeTransitGatewayAttachments({ client }, { Filters });
  const action = 'ec2:DescribeTransitGatewayAttachments';
  const found = await collecting(action, pages, (page) => page.TransitGatewayAttachments);
  return found
    .filter(({ State }) => State !== 'deleted')
    .map(({ TransitGatewayAttachmentId = '', TransitGatewayId = '' }) => ({
      id: TransitGatewayAttachmentId,
      partOf: [TransitGatewayId],
    }));
}
