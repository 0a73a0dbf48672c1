import type { Cloud } from './cloud.ts';

/** Blocks of the subnets of moto's default VPC that `traffic` has clients in. */
const CLIENT_BLOCKS = ['172.31.0.0/20', '172.31.16.0/20'];

/** A gateway endpoint and its route tables, in order. */
interface Endpoint {
  readonly service: string;
  readonly routeTables: readonly string[];
}

/** The VPC of the gateways, and what of it `describeEndpoints` shows. */
export interface Network {
  readonly vpc: string;
  /** The route tables of the clients' subnets, in order. */
  readonly routeTables: readonly string[];
}

/**
 * Gives each subnet with clients a route table of its own, and the VPC an endpoint for DynamoDB that only one of the
 * tables has.
 */
export async function buildNetwork(cloud: Cloud): Promise<Network> {
  const id = (query: string, ...args: string[]) =>
    cloud.aws<string>('ec2', ...args, '--query', query);
  const vpc = await id('Vpcs[0].VpcId', 'describe-vpcs');
  const routeTables: string[] = [];
  for (const block of CLIENT_BLOCKS) {
    const filter = ['--filters', `Name=cidr-block,Values=${block}`];
    const subnet = await id('Subnets[0].SubnetId', 'describe-subnets', ...filter);
    const table = await id('RouteTable.RouteTableId', 'create-route-table', '--vpc-id', vpc);
    const pair = ['--route-table-id', table, '--subnet-id', subnet];
    await id('AssociationId', 'associate-route-table', ...pair);
    routeTables.push(table);
  }
  const [first = ''] = routeTables;
  await id(
    'VpcEndpoint.VpcEndpointId',
    ...['create-vpc-endpoint', '--vpc-id', vpc, '--route-table-ids', first],
    ...['--service-name', 'com.amazonaws.eu-west-1.dynamodb'],
  );
  return { vpc, routeTables: routeTables.sort() };
}

/** The gateway endpoints of the VPC, by the names of their services. */
export async function endpointsOf(cloud: Cloud, { vpc }: Network): Promise<Endpoint[]> {
  const filter = ['--filters', `Name=vpc-id,Values=${vpc}`];
  const query = ['--query', 'VpcEndpoints[].{service:ServiceName,routeTables:RouteTableIds}'];
  const found = await cloud.aws<Endpoint[]>('ec2', 'describe-vpc-endpoints', ...filter, ...query);
  const inOrder = found.map((each) => ({ ...each, routeTables: [...each.routeTables].sort() }));
  return inOrder.sort((a, b) => (a.service < b.service ? -1 : 1));
}
