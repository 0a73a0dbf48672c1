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
 * EC2's description of the network around NAT gateways, with the member names of EC2's answers: endpoints,
 * route tables, subnets, gateways, network interfaces and instances.
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
