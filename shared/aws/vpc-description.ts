import {
  type EC2Client,
  paginateDescribeInstances,
  paginateDescribeNatGateways,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
  paginateDescribeVpcEndpoints,
} from '@aws-sdk/client-ec2';
import { collecting } from './refusal.ts';

/**
 * What EC2 says of the network around NAT gateways, under the names of its own answers: endpoints, route
 * tables, subnets, gateways, and who has which address.
 */
export async function describeVpcs(client: EC2Client) {
  const paging = { client, pageSize: 500 };
  const [VpcEndpoints, RouteTables, Subnets, NatGateways, NetworkInterfaces, Reservations] =
    await Promise.all([
      collecting(
        'ec2:DescribeVpcEndpoints',
        paginateDescribeVpcEndpoints(paging, {}),
        (page) => page.VpcEndpoints,
      ),
      collecting(
        'ec2:DescribeRouteTables',
        paginateDescribeRouteTables({ client, pageSize: 100 }, {}),
        (page) => page.RouteTables,
      ),
      collecting(
        'ec2:DescribeSubnets',
        paginateDescribeSubnets(paging, {}),
        (page) => page.Subnets,
      ),
      collecting(
        'ec2:DescribeNatGateways',
        paginateDescribeNatGateways(paging, {}),
        (page) => page.NatGateways,
      ),
      collecting(
        'ec2:DescribeNetworkInterfaces',
        paginateDescribeNetworkInterfaces(paging, {}),
        (page) => page.NetworkInterfaces,
      ),
      collecting(
        'ec2:DescribeInstances',
        paginateDescribeInstances(paging, {}),
        (page) => page.Reservations,
      ),
    ]);
  return { VpcEndpoints, RouteTables, Subnets, NatGateways, NetworkInterfaces, Reservations };
}
