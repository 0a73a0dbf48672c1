import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeNatGatewaysCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { connection } from '../../services/local-aws/dynamodb.ts';

const S3 = 'com.amazonaws.eu-west-1.s3';
const named = (name: string) => [{ Key: 'Name', Value: name }];

/**
 * Creates a VPC with a NAT gateway and one resource of each kind, in the account of these credentials. Returns what EC2
 * should describe.
 */
export async function createNetwork(
  endpoint: string,
  credentials = connection(endpoint).credentials,
) {
  const ec2 = new EC2Client({ ...connection(endpoint), credentials });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.77.0.0/16' }));
  const VpcId = Vpc?.VpcId ?? '';
  const CidrBlock = '10.77.1.0/24';
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }));
  const SubnetId = Subnet?.SubnetId ?? '';
  const gateway = await createGateway(ec2, SubnetId);
  const RouteTableId = await createRoutes(ec2, { VpcId, SubnetId, ...gateway });
  const endpointTo = {
    ...{ VpcId, VpcEndpointType: 'Gateway' as const, ServiceName: S3 },
    RouteTableIds: [RouteTableId],
  };
  const { VpcEndpoint } = await ec2.send(new CreateVpcEndpointCommand(endpointTo));
  return {
    NatGateways: [{ ...gateway, VpcId, Tags: named('egress') }],
    Subnets: [{ SubnetId, VpcId, CidrBlock }],
    RouteTables: [
      {
        RouteTableId,
        VpcId,
        Associations: [{ Main: false, SubnetId }],
        Routes: [{ NatGatewayId: gateway.NatGatewayId }],
      },
    ],
    VpcEndpoints: [
      {
        ...endpointTo,
        VpcEndpointId: VpcEndpoint?.VpcEndpointId ?? '',
        State: 'available',
      },
    ],
    NetworkInterfaces: [await createInterface(ec2, SubnetId)],
    Reservations: [{ Instances: [await createInstance(ec2, SubnetId)] }],
  };
}

async function createGateway(ec2: EC2Client, SubnetId: string) {
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const TagSpecifications = [{ ResourceType: 'natgateway' as const, Tags: named('egress') }];
  const create = new CreateNatGatewayCommand({ SubnetId, AllocationId, TagSpecifications });
  const NatGatewayId = (await ec2.send(create)).NatGateway?.NatGatewayId ?? '';
  const describe = new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] });
  const [address] = (await ec2.send(describe)).NatGateways?.[0]?.NatGatewayAddresses ?? [];
  const NetworkInterfaceId = address?.NetworkInterfaceId ?? '';
  return { NatGatewayId, NatGatewayAddresses: [{ NetworkInterfaceId }] };
}

async function createRoutes(
  ec2: EC2Client,
  {
    VpcId,
    SubnetId,
    NatGatewayId,
  }: Readonly<Record<'VpcId' | 'SubnetId' | 'NatGatewayId', string>>,
): Promise<string> {
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  const DestinationCidrBlock = '0.0.0.0/0';
  await ec2.send(new CreateRouteCommand({ RouteTableId, NatGatewayId, DestinationCidrBlock }));
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  return RouteTableId;
}

async function createInterface(ec2: EC2Client, SubnetId: string) {
  const PrivateIpAddress = '10.77.1.9';
  const command = new CreateNetworkInterfaceCommand({
    SubnetId,
    PrivateIpAddress,
    Description: 'R&D',
    TagSpecifications: [{ ResourceType: 'network-interface', Tags: named('loner') }],
  });
  const { NetworkInterface } = await ec2.send(command);
  return {
    NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId ?? '',
    Description: 'R&D',
    TagSet: named('loner'),
    PrivateIpAddress,
    PrivateIpAddresses: [{ PrivateIpAddress }],
  };
}

async function createInstance(ec2: EC2Client, SubnetId: string) {
  const PrivateIpAddress = '10.77.1.7';
  const command = new RunInstancesCommand({
    ...{ SubnetId, PrivateIpAddress, MinCount: 1, MaxCount: 1 },
    ImageId: 'ami-12c6146b',
    TagSpecifications: [{ ResourceType: 'instance', Tags: named('worker') }],
  });
  const [instance] = (await ec2.send(command)).Instances ?? [];
  return { InstanceId: instance?.InstanceId ?? '', PrivateIpAddress, Tags: named('worker') };
}
