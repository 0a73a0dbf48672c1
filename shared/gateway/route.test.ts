import { expect, test } from '@jest/globals';
import { type RouteTable, routeFault, routeFrom } from './route.ts';

const MAIN: RouteTable = {
  id: 'rtb-main',
  vpcId: 'vpc-1',
  main: true,
  subnetIds: [],
  routes: [
    { cidr: '10.0.0.0/16', target: 'local' },
    { cidr: '0.0.0.0/0', target: 'nat-0a' },
  ],
};
const OWN: RouteTable = {
  id: 'rtb-own',
  vpcId: 'vpc-1',
  main: false,
  subnetIds: ['subnet-own'],
  routes: [
    { cidr: '10.0.0.0/16', target: 'local' },
    { cidr: '10.0.0.0/8', target: 'tgw-1' },
    { cidr: '::/0', target: 'igw-1' },
  ],
};

test.each([
  ['subnet-own', '10.0.9.9', 'local'],
  ['subnet-own', '10.9.9.9', 'tgw-1'],
  ['subnet-own', '2001:db8::9', 'igw-1'],
  ['subnet-own', '198.51.100.9', undefined],
  ['subnet-other', '198.51.100.9', 'nat-0a'],
])('from %s to %s the longest prefix of its table counts', (id, address, target) => {
  expect(routeFrom({ id, vpcId: 'vpc-1' }, address, [MAIN, OWN])?.target).toBe(target);
});

test.each([
  [undefined, 'has no route there'],
  ['nat-0a', 'goes through nat-0a, which is watched: recordings would feed the spike'],
  ['igw-1', "goes to igw-1, which takes no functions' packets"],
  ['nat-0b', undefined],
  ['tgw-1', undefined],
  ['local', undefined],
])('a route to %s: %s', (target, fault) => {
  const route = target === undefined ? undefined : { cidr: '0.0.0.0/0', target };
  expect(routeFault(route, new Set(['nat-0a']))).toBe(fault);
});
