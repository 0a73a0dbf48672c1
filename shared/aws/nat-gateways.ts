import {
  DescribeNatGatewaysCommand,
  type NatGateway as Description,
  type EC2Client,
  paginateDescribeNatGateways,
} from '@aws-sdk/client-ec2';
import {
  type FlowLogTarget,
  flowLogTarget,
  gatewayName,
  type NatGateway,
} from '../gateway/nat-gateway.ts';
import { calling, collecting, Refusal } from './refusal.ts';
import { readTags } from './tags.ts';

const ACTION = 'ec2:DescribeNatGateways';

/** All NAT gateways of the account and region. EC2 keeps listing deleted ones for about an hour. */
export async function listNatGateways(client: EC2Client): Promise<NatGateway[]> {
  const pages = paginateDescribeNatGateways({ client }, {});
  return (await collecting(ACTION, pages, (page) => page.NatGateways)).map(readGateway);
}

/**
 * What the flow logs of a gateway attach to, and its name.
 * @throws Refusal when there is no such gateway, or when it cannot carry traffic.
 */
export async function describeNatGateway(
  client: EC2Client,
  id: string,
): Promise<FlowLogTarget & { readonly name: string | undefined }> {
  const command = new DescribeNatGatewaysCommand({ NatGatewayIds: [id] });
  const { NatGateways = [] } = await calling(ACTION, client.send(command));
  const [gateway] = NatGateways.map(readGateway);
  if (gateway === undefined) throw new Refusal(`there is no NAT gateway ${id}`);
  if (gateway.state !== 'available') throw new Refusal(`NAT gateway ${id} is ${gateway.state}`);
  const target = flowLogTarget(gateway);
  if (target.resourceIds.length === 0) {
    throw new Refusal(`NAT gateway ${id} has no network interface`);
  }
  return { ...target, name: gatewayName(gateway) };
}

function readGateway(gateway: Description): NatGateway {
  const { NatGatewayId = '', State = '', NatGatewayAddresses = [], Tags = [] } = gateway;
  const interfaceIds = NatGatewayAddresses.flatMap((address) => address.NetworkInterfaceId ?? []);
  return {
    id: NatGatewayId,
    state: State,
    mode: gateway.AvailabilityMode ?? 'zonal',
    tags: readTags(Tags),
    vpcId: gateway.VpcId,
    interfaceIds: [...new Set(interfaceIds)],
  };
}
