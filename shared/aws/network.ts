import {
  type EC2Client,
  type NatGateway,
  paginateDescribeNatGateways,
  paginateDescribeSubnets,
  type Tag,
} from '@aws-sdk/client-ec2';
import { collecting } from './refusal.ts';

/** A NAT gateway as EC2 lists it; deleted ones stay in its list for an hour. */
export interface ListedGateway {
  readonly id: string;
  readonly state: string;
  readonly mode: 'zonal' | 'regional';
  readonly vpcId: string;
  readonly tags: Readonly<Record<string, string>>;
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

function readGateway({
  NatGatewayId: id = '',
  State: state,
  AvailabilityMode: mode = 'zonal',
  VpcId: vpcId = '',
  Tags = [],
}: NatGateway): ListedGateway {
  return { id, state: state ?? '', mode, vpcId, tags: readTags(Tags) };
}

function readTags(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
