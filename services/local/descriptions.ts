import { CLIENTS } from './scenarios.ts';
import type { Metered } from './story.ts';
import type { StoryGateway } from './traffic.ts';

const PERIOD_S = 60;
const SUBNET = { SubnetId: 'subnet-0cc33dd44ee55ff66', CidrBlock: '10.20.0.0/16' };
const ROUTE_TABLE = 'rtb-0dd44ee55ff667788';

/** What EC2 would describe of the story's network: gateways, clients with their names, no endpoint. */
export function describeNetwork(gateways: readonly StoryGateway[]): object {
  const VpcId = gateways[0]?.vpcId ?? '-';
  const NatGateways = gateways.map(({ id, name, vpcId, interfaces }) => ({
    NatGatewayId: id,
    VpcId: vpcId,
    Tags: [{ Key: 'Name', Value: name }],
    NatGatewayAddresses: interfaces.map((NetworkInterfaceId) => ({ NetworkInterfaceId })),
  }));
  const Instances = Object.entries(CLIENTS).map(([PrivateIpAddress, Value], index) => ({
    InstanceId: `i-0ab${index}c2d3e4f5061${index}`,
    PrivateIpAddress,
    Tags: [{ Key: 'Name', Value }],
  }));
  return {
    NatGateways,
    Reservations: [{ Instances }],
    VpcEndpoints: [],
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

/** CloudWatch's answer to GetMetricData for the minutes in which a gateway was recorded, all gateways together. */
export function describeMetrics(metered: readonly Metered[]): object {
  const byMinute = new Map<number, number>();
  for (const { at, bytes, recorded } of metered) {
    if (recorded) byMinute.set(at, (byMinute.get(at) ?? 0) + bytes);
  }
  return {
    MetricDataResults: [
      {
        Id: 'total',
        Label: 'BytesInFromSource + BytesInFromDestination',
        PeriodSeconds: PERIOD_S,
        Timestamps: [...byMinute.keys()].map((at) => new Date(at).toISOString()),
        Values: [...byMinute.values()],
      },
    ],
  };
}
