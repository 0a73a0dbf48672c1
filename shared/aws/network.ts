import {
  type EC2Client,
  type NatGateway,
  paginateDescribeFlowLogs,
  paginateDescribeNatGateways,
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
  type Route,
  type RouteTable,
  type Tag,
} from '@aws-sdk/client-ec2';
import { collecting } from './refusal.ts';

/** A NAT gateway as EC2 lists it; deleted ones stay in its list for an hour. */
export interface ListedGateway {
  readonly id: string;
  readonly state: string;
  readonly mode: 'zonal' | 'regional';
  readonly tags: Readonly<Record<string, string>>;
  /** What flow logs of it are attached to: its interfaces, or itself when it is regional. */
  readonly resourceIds: readonly string[];
}

/** A route table; targets are `local` or the id of what the packets are handed to. */
export interface ListedRouteTable {
  readonly id: string;
  readonly vpcId: string;
  readonly main: boolean;
  readonly subnetIds: readonly string[];
  readonly routes: readonly { readonly cidr: string; readonly target: string }[];
}

/** All NAT gateways of the account and region. */
export async function listNatGateways(client: EC2Client): Promise<ListedGateway[]> {
  const pages = paginateDescribeNatGateways({ client }, {});
  const found = await collecting('ec2:DescribeNatGateways', pages, (page) => page.NatGateways);
  return found.map(readGateway);
}

/** Those of the subnets that exist; asked by filter, since by id one that is missing hides the others. */
export async function listSubnets(
  client: EC2Client,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly vpcId: string }[]> {
  if (ids.length === 0) return [];
  const Filters = [{ Name: 'subnet-id', Values: [...ids] }];
  const pages = paginateDescribeSubnets({ client }, { Filters });
  const found = await collecting('ec2:DescribeSubnets', pages, (page) => page.Subnets);
  return found.map(({ SubnetId = '', VpcId = '' }) => ({ id: SubnetId, vpcId: VpcId }));
}

/** The route tables of VPCs, without routes that lead nowhere any more. */
export async function listRouteTables(
  client: EC2Client,
  vpcIds: readonly string[],
): Promise<ListedRouteTable[]> {
  const Filters = [{ Name: 'vpc-id', Values: [...vpcIds] }];
  const pages = paginateDescribeRouteTables({ client }, { Filters });
  const found = await collecting('ec2:DescribeRouteTables', pages, (page) => page.RouteTables);
  return found.map(readRouteTable);
}

/** The flow logs on these resources, whoever made them, with the natflow stack they belong to. */
export async function listFlowLogsOn(
  client: EC2Client,
  resourceIds: readonly string[],
): Promise<{ readonly stack: string | undefined }[]> {
  if (resourceIds.length === 0) return [];
  const Filter = [{ Name: 'resource-id', Values: [...resourceIds] }];
  const pages = paginateDescribeFlowLogs({ client }, { Filter });
  const found = await collecting('ec2:DescribeFlowLogs', pages, (page) => page.FlowLogs);
  return found.map(({ Tags = [] }) => ({ stack: readTags(Tags)['natflow:stack'] }));
}

function readGateway(gateway: NatGateway): ListedGateway {
  const { NatGatewayId: id = '', State = '', NatGatewayAddresses: addresses = [] } = gateway;
  const mode = gateway.AvailabilityMode ?? 'zonal';
  const interfaces = new Set(addresses.flatMap((address) => address.NetworkInterfaceId ?? []));
  return {
    id,
    state: State,
    mode,
    tags: readTags(gateway.Tags ?? []),
    resourceIds: mode === 'regional' ? [id] : [...interfaces],
  };
}

function readRouteTable({
  RouteTableId: id = '',
  VpcId: vpcId = '',
  Associations = [],
  Routes = [],
}: RouteTable): ListedRouteTable {
  return {
    id,
    vpcId,
    main: Associations.some(({ Main }) => Main === true),
    subnetIds: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    routes: Routes.filter(({ State }) => State !== 'blackhole').map((route) => ({
      cidr: route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? '',
      target: targetOf(route),
    })),
  };
}

function targetOf(route: Route): string {
  return (
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.NetworkInterfaceId ??
    route.GatewayId ??
    'elsewhere'
  );
}

function readTags(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
