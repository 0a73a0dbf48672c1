import { expect, test } from '@jest/globals';
import {
  alarmName,
  flowLogTarget,
  followedAlarmName,
  gatewayName,
  gatewayOfAlarm,
  isNatGatewayId,
} from './nat-gateway.ts';

const ZONAL = {
  id: 'nat-0a1b2c3d',
  state: 'available',
  mode: 'zonal',
  tags: { Name: '' },
  interfaceIds: ['eni-01', 'eni-02'],
} as const;

test.each([
  ['nat-0a1b2c3d', true],
  ['nat-0a1b2c3d4e5f60718', true],
  ['nat-', false],
  ['nat-0example', false],
  ['eni-0a1b2c3d', false],
  ['Xnat-0a1b2c3d', false],
  ['nat-0a1b2c3d\n', false],
])('whether %j is the id of a NAT gateway: %s', (text, expected) => {
  expect(isNatGatewayId(text)).toBe(expected);
});

test('the alarm of a gateway is recognised in its own stack only', () => {
  const name = alarmName('natflow', 'nat-0a1b2c3d');
  expect(gatewayOfAlarm('natflow', name)).toEqual({ gatewayId: 'nat-0a1b2c3d', isFollowed: false });
  const followed = followedAlarmName('natflow', 'nat-0a1b2c3d');
  expect(gatewayOfAlarm('natflow', followed)).toEqual({
    gatewayId: 'nat-0a1b2c3d',
    isFollowed: true,
  });
  expect(gatewayOfAlarm('nat', name)).toBeUndefined();
  expect(gatewayOfAlarm('natflow', 'natflow-archive-lag')).toBeUndefined();
});

test('a zonal gateway is recorded on its interfaces, a regional one by its id', () => {
  expect(flowLogTarget(ZONAL)).toEqual({
    resourceType: 'NetworkInterface',
    resourceIds: ['eni-01', 'eni-02'],
  });
  expect(flowLogTarget({ ...ZONAL, mode: 'regional', interfaceIds: [] })).toEqual({
    resourceType: 'RegionalNatGateway',
    resourceIds: ['nat-0a1b2c3d'],
  });
});

test('an empty Name tag is no name', () => {
  expect(gatewayName(ZONAL)).toBeUndefined();
  expect(gatewayName({ tags: { Name: 'egress-a' } })).toBe('egress-a');
});
