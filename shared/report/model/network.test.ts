import { expect, test } from '@jest/globals';
import { GATEWAY, INTERFACE, storyNetwork } from '../../../tests/reporter/story.ts';
import { knownInterfaces, namesOfGateway } from './network.ts';

test('a gateway has its own names and those of its interfaces', () => {
  expect([...namesOfGateway(GATEWAY, storyNetwork())]).toEqual([GATEWAY, INTERFACE]);
  expect([...namesOfGateway('eni-9', storyNetwork())]).toEqual(['eni-9']);
});

test('a description tells which interfaces are NAT gateways’, and their own addresses', () => {
  const { gateways, others } = knownInterfaces({
    NatGateways: [
      {
        NatGatewayId: 'nat-1',
        NatGatewayAddresses: [
          { NetworkInterfaceId: 'eni-1', PrivateIp: '10.0.0.9', IsPrimary: false },
          { NetworkInterfaceId: 'eni-1', PrivateIp: '10.0.0.220', IsPrimary: true },
        ],
      },
    ],
    NetworkInterfaces: [
      { NetworkInterfaceId: 'eni-1', InterfaceType: 'interface' },
      { NetworkInterfaceId: 'eni-2', InterfaceType: 'nat_gateway', PrivateIpAddress: '10.0.0.1' },
      { NetworkInterfaceId: 'eni-3', InterfaceType: 'transit_gateway' },
      { NetworkInterfaceId: 'eni-4', Attachment: { InstanceId: 'i-1' } },
      { NetworkInterfaceId: 'eni-5' },
      { InterfaceType: 'nat_gateway' },
    ],
  });
  const known = [...gateways].map(([name, { address }]) => [name, address?.w0]);
  expect(known).toEqual([
    ['eni-2', 0x0a000001],
    ['nat-1', undefined],
    ['eni-1', 0x0a0000dc],
  ]);
  expect([...others]).toEqual(['eni-3', 'eni-4']);
});
