import { DescribeNatGatewaysCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { calling, Refusal } from './refusal.ts';

/** What a flow log of a gateway has to be attached to, and what people call the gateway. */
export interface NatGateway {
  readonly name: string | undefined;
  readonly resourceType: 'NetworkInterface' | 'RegionalNatGateway';
  readonly resourceIds: readonly string[];
}

/**
 * Looks a gateway up: a zonal one by all its interfaces, a regional one by its own id.
 * @throws Refusal when there is no such gateway, or none that traffic goes through.
 */
export async function describeNatGateway(client: EC2Client, id: string): Promise<NatGateway> {
  const command = new DescribeNatGatewaysCommand({ NatGatewayIds: [id] });
  const answer = await calling('ec2:DescribeNatGateways', client.send(command));
  const [gateway] = answer.NatGateways ?? [];
  if (gateway === undefined) throw new Refusal(`there is no NAT gateway ${id}`);
  if (gateway.State !== 'available') throw new Refusal(`NAT gateway ${id} is ${gateway.State}`);
  const name = gateway.Tags?.find(({ Key }) => Key === 'Name')?.Value || undefined;
  if (gateway.AvailabilityMode === 'regional') {
    return { name, resourceType: 'RegionalNatGateway', resourceIds: [id] };
  }
  // Several addresses may sit on one interface, and CreateFlowLogs refuses to be told one twice.
  const interfaces =
    gateway.NatGatewayAddresses?.map((address) => address.NetworkInterfaceId) ?? [];
  const resourceIds = [...new Set(interfaces)].filter((each) => each !== undefined);
  if (resourceIds.length === 0) throw new Refusal(`NAT gateway ${id} has no network interface`);
  return { name, resourceType: 'NetworkInterface', resourceIds };
}
