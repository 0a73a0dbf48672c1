import type { VpcDescription } from '../../shared/report/model/vpc-description.ts';
import { CLIENTS, type InstanceClient } from './clients.ts';
import type { StoryGateway } from './traffic.ts';

const SUBNET = { SubnetId: 'subnet-0cc33dd44ee55ff66', CidrBlock: '10.20.0.0/16' };
const ROUTE_TABLE = 'rtb-0dd44ee55ff667788';

const INSTANCES = CLIENTS.filter((client) => client.kind === 'instance');

/**
 * What EC2 describes around the story's gateways: instances with names and teams, the interface that pods have their
 * addresses from, one subnet, one route table, no endpoint.
 */
export function describeNetwork(
  gateways: readonly StoryGateway[],
): Omit<VpcDescription, 'NatGateways'> {
  const VpcId = gateways[0]?.vpcId ?? '-';
  return {
    Reservations: [{ Instances: INSTANCES.map(instanceOf) }],
    NetworkInterfaces: INSTANCES.flatMap((client, index) => interfaceOf(client, index, VpcId)),
    Subnets: [{ ...SUBNET, VpcId }],
    RouteTables: [
      {
        RouteTableId: ROUTE_TABLE,
        VpcId,
        Associations: [{ Main: true }],
        Routes: gateways.map(({ id }) => ({ NatGatewayId: id })),
      },
    ],
  };
}

function instanceOf({ address, name, team }: InstanceClient, index: number) {
  return {
    InstanceId: instanceId(index),
    PrivateIpAddress: address,
    Tags: [
      { Key: 'Name', Value: name },
      { Key: 'team', Value: team },
    ],
  };
}

function interfaceOf({ address, prefixes }: InstanceClient, index: number, VpcId: string) {
  if (prefixes === undefined) return [];
  return [
    {
      ...{ NetworkInterfaceId: 'eni-0c33dd44ee55ff667', VpcId, PrivateIpAddress: address },
      Attachment: { InstanceId: instanceId(index) },
      Ipv4Prefixes: prefixes.map((Ipv4Prefix) => ({ Ipv4Prefix })),
    },
  ];
}

function instanceId(index: number): string {
  return `i-0ab${index}c2d3e4f5061${index}`;
}
