import {
  type EC2Client,
  type IpPermission,
  paginateDescribeFlowLogs,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { collecting } from './refusal.ts';
import { readTags } from './tags.ts';

/** A route table. A target is `local` or the id of the resource that the route leads to. */
export interface ListedRouteTable {
  readonly id: string;
  readonly vpcId: string;
  readonly main: boolean;
  readonly subnetIds: readonly string[];
  readonly routes: readonly { readonly cidr: string; readonly target: string }[];
}

/** The subnets that exist among `ids`. A filter finds them although others are missing; SubnetIds would fail. */
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

/** The route tables of VPCs, without blackhole routes. */
export async function listRouteTables(
  client: EC2Client,
  vpcIds: readonly string[],
): Promise<ListedRouteTable[]> {
  const Filters = [{ Name: 'vpc-id', Values: [...vpcIds] }];
  const pages = paginateDescribeRouteTables({ client }, { Filters });
  const found = await collecting('ec2:DescribeRouteTables', pages, (page) => page.RouteTables);
  return found.map(readRouteTable);
}

/** All flow logs on these resources, with the natflow stack that created them, if any. */
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

/** What a rule of a security group lets out; `cidrs` is empty when it names prefix lists or groups as well. */
interface ListedEgress {
  readonly groupId: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrs: readonly string[];
}

/** The rules of security groups that let UDP out. */
export async function listEgressRules(
  client: EC2Client,
  groupIds: readonly string[],
): Promise<ListedEgress[]> {
  if (groupIds.length === 0) return [];
  const pages = paginateDescribeSecurityGroups({ client }, { GroupIds: [...groupIds] });
  const action = 'ec2:DescribeSecurityGroups';
  const groups = await collecting(action, pages, (page) => page.SecurityGroups);
  return groups.flatMap(({ GroupId = '', IpPermissionsEgress = [] }) =>
    IpPermissionsEgress.filter(isForUdp).map((rule) => readEgress(GroupId, rule)),
  );
}

/** -1 stands for all protocols, 17 is UDP's number. */
function isForUdp({ IpProtocol }: IpPermission): boolean {
  return IpProtocol === '-1' || IpProtocol === 'udp' || IpProtocol === '17';
}

function readEgress(
  groupId: string,
  { FromPort = 0, ToPort = 65_535, IpRanges = [], Ipv6Ranges = [], ...rule }: IpPermission,
): ListedEgress {
  const { PrefixListIds = [], UserIdGroupPairs = [] } = rule;
  const isOpenToOthers = PrefixListIds.length + UserIdGroupPairs.length > 0;
  const cidrs = isOpenToOthers
    ? []
    : [
        ...IpRanges.flatMap(({ CidrIp }) => CidrIp ?? []),
        ...Ipv6Ranges.flatMap(({ CidrIpv6 }) => CidrIpv6 ?? []),
      ];
  return { groupId, fromPort: FromPort, toPort: ToPort, cidrs };
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
