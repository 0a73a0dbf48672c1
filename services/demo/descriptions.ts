import type { VpcDescription } from '../../shared/report/model/vpc-description.ts';
import { CLIENTS } from './scenarios.ts';
import type { StoryGateway } from './traffic.ts';

const SUBNET = { SubnetId: 'subnet-0cc33dd44ee55ff66', CidrBlock: '10.20.0.0/16' };
const ROUTE_TABLE = 'rtb-0dd44ee55ff667788';

/** What EC2 describes around the story's gateways: named instances, one subnet, one route table, no endpoint. */
export function describeNetwork(
  gateways: readonly StoryGateway[],
): Omit<VpcDescription, 'NatGateways'> {
  const VpcId = gateways[0]?.vpcId ?? '-';
  const Instances = Object.entries(CLIENTS).map(([PrivateIpAddress, Value], index) => ({
    InstanceId: `i-0ab${index}c2d3e4f5061${index}`,
    PrivateIpAddress,
    Tags: [{ Key: 'Name', Value }],
  }));
  return {
    Reservations: [{ Instances }],
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
