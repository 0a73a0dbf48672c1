import { expect, test } from '@jest/globals';
import type { Advice } from './advice.ts';
import { endpointPlan } from './endpoint-plan.ts';
import type { VpcDescription } from './vpc-description.ts';

const REGION = { name: 'eu-west-1', isAssumed: false };
const ADVICE: Advice = {
  service: 'S3',
  region: 'eu-west-1',
  regionBy: 'listed',
  vpcId: 'vpc-1',
  endpointService: 'com.amazonaws.eu-west-1.s3',
  state: 'missing',
  serviceBytes: 2e9,
  bytes: 1e9,
  saving: 0.045,
  routeTableIds: ['rtb-1', 'rtb-2'],
};
const RouteTables = [
  { RouteTableId: 'rtb-1', VpcId: 'vpc-1' },
  { RouteTableId: 'rtb-2', VpcId: 'vpc-1' },
  { RouteTableId: 'rtb-9', VpcId: 'vpc-9' },
];
const endpoint = (VpcEndpointId: string, ...RouteTableIds: string[]) => ({
  ...{ VpcEndpointId, RouteTableIds, VpcEndpointType: 'Gateway', State: 'available' },
  ...{ VpcId: 'vpc-1', ServiceName: 'com.amazonaws.eu-west-1.s3' },
});

const planOf = (advice: Partial<Advice>, network: VpcDescription, region = REGION) =>
  endpointPlan({ advice: [{ ...ADVICE, ...advice }], region }, network)[0];

test('a missing endpoint is created with the route tables of the clients', () => {
  expect(planOf({}, { RouteTables, VpcEndpoints: [] })).toMatchObject({
    kind: 'create',
    routeTableIds: ['rtb-1', 'rtb-2'],
    command:
      'aws ec2 create-vpc-endpoint --region eu-west-1 --vpc-id vpc-1 --service-name com.amazonaws.eu-west-1.s3 --route-table-ids rtb-1 rtb-2',
  });
});

test('an endpoint that was made since the report gets the route tables that it lacks', () => {
  const VpcEndpoints = [endpoint('vpce-1', 'rtb-1')];
  expect(planOf({}, { RouteTables, VpcEndpoints })).toMatchObject({
    kind: 'extend',
    endpointId: 'vpce-1',
    routeTableIds: ['rtb-2'],
    command:
      'aws ec2 modify-vpc-endpoint --region eu-west-1 --vpc-endpoint-id vpce-1 --add-route-table-ids rtb-2',
  });
});

test.each([
  ['other type', { VpcEndpointType: 'Interface' }],
  ['other service', { ServiceName: 'com.amazonaws.eu-west-1.dynamodb' }],
  ['other VPC', { VpcId: 'vpc-9' }],
  ['deleted', { State: 'deleted' }],
])('an endpoint of the kind "%s" does not count', (_, change) => {
  const VpcEndpoints = [{ ...endpoint('vpce-1', 'rtb-1', 'rtb-2'), ...change }];
  expect(planOf({}, { RouteTables, VpcEndpoints })).toMatchObject({ kind: 'create' });
});

test.each<[string, Partial<Advice>, VpcDescription, string]>([
  [
    'every route table is served',
    {},
    { RouteTables, VpcEndpoints: [endpoint('vpce-1', 'rtb-1'), endpoint('vpce-2', 'rtb-2')] },
    'rtb-1, rtb-2 have one already (vpce-1, vpce-2)',
  ],
  ['the clients are elsewhere', { state: 'elsewhere' }, {}, 'no client of the service is in vpc-1'],
  [
    'the endpoint was there',
    { state: 'in-place' },
    {},
    'the endpoint was in place when it was reported',
  ],
  ['nothing is saved', { saving: 0 }, { RouteTables, VpcEndpoints: [] }, 'it would save nothing'],
])('there is nothing to do where %s', (_, advice, network, reason) => {
  expect(planOf(advice, network)).toMatchObject({ kind: 'nothing', reason, routeTableIds: [] });
});

test.each<[string, Partial<Advice>, VpcDescription, RegExp]>([
  ['route tables', { routeTableIds: [] }, { RouteTables }, /does not say which route tables/],
  ['its VPC', { vpcId: '', state: 'unknown' }, { RouteTables }, /report with --vpc/],
  ['the VPC of others', { vpcId: 'vpc-7' }, { RouteTables }, /see no route table of vpc-7/],
  ['anything', {}, {}, /see no route table of vpc-1/],
  [
    'a route table that is gone',
    { routeTableIds: ['rtb-1', 'rtb-9'] },
    { RouteTables },
    /^vpc-1 has no rtb-9 any more/,
  ],
])('a step is refused that cannot see %s', (_, advice, network, reason) => {
  const step = planOf(advice, network);
  expect(step).toMatchObject({ kind: 'refused', routeTableIds: [] });
  expect(step?.reason).toMatch(reason);
  expect(step?.command).toBeUndefined();
});

test('a region that is only assumed is no place to make anything in', () => {
  const step = planOf({}, { RouteTables }, { name: 'us-east-1', isAssumed: true });
  expect(step).toMatchObject({ kind: 'refused' });
  expect(step?.reason).toContain('us-east-1 is assumed');
});
