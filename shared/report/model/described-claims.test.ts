import { describe, expect, test } from '@jest/globals';
import { namesOf } from './names.ts';

const NODE = {
  InstanceId: 'i-1',
  VpcId: 'vpc-1',
  SubnetId: 'subnet-1',
  PrivateIpAddress: '10.0.0.9',
  Tags: [
    { Key: 'Name', Value: 'node-1' },
    { Key: 'aws:autoscaling:groupName', Value: 'workers' },
    { Key: 'team', Value: 'data' },
  ],
};
const ADDRESSES = {
  PrivateIpAddress: '10.0.0.9',
  PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.9' }, { PrivateIpAddress: '10.0.0.20' }],
  Ipv6Addresses: [{ Ipv6Address: '2001:db8::9' }],
  Ipv4Prefixes: [{ Ipv4Prefix: '10.0.1.16/28' }],
  Ipv6Prefixes: [{ Ipv6Prefix: '2001:db8:0:0:1::/80' }],
};
const INTERFACE = { NetworkInterfaceId: 'eni-1', Attachment: { InstanceId: 'i-1' }, ...ADDRESSES };
const SUBNET = {
  SubnetId: 'subnet-1',
  VpcId: 'vpc-1',
  CidrBlock: '10.0.0.0/20',
  Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2001:db8::/64' }],
  AvailabilityZone: 'us-east-1a',
};

describe('whatever describes an instance', () => {
  test.each([
    ['its interface', { NetworkInterfaces: [INTERFACE], Reservations: [{ Instances: [NODE] }] }],
    ['itself', { Reservations: [{ Instances: [{ ...NODE, NetworkInterfaces: [ADDRESSES] }] }] }],
  ])('gives it the secondary addresses and prefixes of %s', (_, description) => {
    const names = namesOf(description);
    for (const address of [
      '10.0.0.9',
      '10.0.0.20',
      '2001:db8::9',
      '10.0.1.31',
      '2001:db8::1:0:0:5',
    ]) {
      expect(names(address)).toMatchObject({ id: 'i-1', name: 'node-1' });
    }
    expect(names('10.0.1.32')).toEqual({ address: '10.0.1.32' });
  });

  test('gives it labels: its group, its tags and its place', () => {
    const names = namesOf({ Reservations: [{ Instances: [NODE] }], Subnets: [SUBNET] });
    expect(names('10.0.0.9').labels).toEqual({
      ...{ kind: 'instance', instance: 'i-1', asg: 'workers', owner: 'asg/workers' },
      ...{ subnet: 'subnet-1', az: 'us-east-1a', vpc: 'vpc-1' },
      ...{ 'tag:Name': 'node-1', 'tag:aws:autoscaling:groupName': 'workers', 'tag:team': 'data' },
    });
  });
});

test('an address that nothing has is in its subnet, by IPv4 and IPv6', () => {
  const labels = { subnet: 'subnet-1', az: 'us-east-1a', vpc: 'vpc-1' };
  const names = namesOf({ Subnets: [SUBNET] });
  expect(names('10.0.15.1')).toEqual({ address: '10.0.15.1', labels });
  expect(names('2001:db8::77')).toEqual({ address: '2001:db8::77', labels });
});

test.each([
  [{ Description: 'ELB app/shop/50dc6c495c0c9188' }, 'alb/shop', 'load-balancer'],
  [{ Description: 'ELB net/tcp/50dc6c495c0c9188' }, 'nlb/tcp', 'load-balancer'],
  [{ Description: 'ELB old' }, 'elb/old', 'load-balancer'],
  [{ Description: 'RDSNetworkInterface', RequesterId: 'amazon-rds' }, 'RDSNetworkInterface', 'rds'],
  [{ Description: 'arn:aws:ecs:us-east-1:1:attachment/x' }, 'ecs task', 'ecs'],
  [{ Description: 'Amazon EKS prod' }, 'eks/prod', 'eks'],
  [
    { InterfaceType: 'vpc_endpoint', Description: 'VPC Endpoint Interface vpce-0a1' },
    'endpoint/vpce-0a1',
    'vpc-endpoint',
  ],
  [{ InterfaceType: 'api_gateway_managed' }, undefined, 'api-gateway-managed'],
])('an interface is what EC2 says of it: %j', (each, name, kind) => {
  const network = {
    NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', PrivateIpAddress: '10.0.0.9', ...each }],
  };
  const found = namesOf(network)('10.0.0.9');
  expect([found.id, found.name, found.labels?.['kind']]).toEqual(['eni-1', name, kind]);
});
