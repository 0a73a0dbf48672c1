import { describe, expect, test } from '@jest/globals';
import { reportOn, storyLines, storyNetwork, VPC } from '../../../tests/reporter/story.ts';
import { adviseOn, type ServiceUse } from './advice.ts';
import { adviceText } from './labels.ts';
import type { VpcDescription } from './vpc-description.ts';

const GIB = 2 ** 30;
const S3_SERVICE = 'com.amazonaws.us-east-1.s3';

const use: ServiceUse = {
  service: 'S3',
  vpcId: VPC,
  bytes: 30 * GIB,
  clients: [
    { address: '10.20.1.1', bytes: 20 * GIB },
    { address: '10.20.5.5', bytes: 10 * GIB },
  ],
  regionBy: 'not-given',
};

const endpoint = (routeTables: readonly string[], more: object = {}) => ({
  VpcEndpointId: 'vpce-0123',
  VpcEndpointType: 'Gateway',
  VpcId: VPC,
  ServiceName: S3_SERVICE,
  State: 'available',
  RouteTableIds: routeTables,
  ...more,
});

const advise = (network: VpcDescription | undefined, of: Partial<ServiceUse> = {}) =>
  adviseOn({ ...use, ...of }, { network, region: 'us-east-1', natPerGib: 0.045 });

describe('a gateway endpoint', () => {
  test('that is missing is advised, for all route tables that need it', () => {
    expect(advise(storyNetwork())).toEqual({
      service: 'S3',
      region: 'us-east-1',
      regionBy: 'not-given',
      vpcId: VPC,
      serviceBytes: 30 * 2 ** 30,
      endpointService: S3_SERVICE,
      state: 'missing',
      bytes: 30 * GIB,
      saving: 30 * 0.045,
      routeTableIds: ['rtb-0bb1', 'rtb-0bb2'],
      command: `aws ec2 create-vpc-endpoint --region us-east-1 --vpc-id ${VPC} --service-name ${S3_SERVICE} --route-table-ids rtb-0bb1 rtb-0bb2`,
    });
  });

  test('that a route table lacks is advised for it, and saves the bytes of its clients', () => {
    expect(advise(storyNetwork([endpoint(['rtb-0bb1'])]))).toMatchObject({
      state: 'route-table-missing',
      bytes: 10 * GIB,
      saving: 10 * 0.045,
      routeTableIds: ['rtb-0bb2'],
      command:
        'aws ec2 modify-vpc-endpoint --region us-east-1 --vpc-endpoint-id vpce-0123 --add-route-table-ids rtb-0bb2',
    });
  });

  test('that all route tables have is in place, without a saving or a command', () => {
    const advice = advise(storyNetwork([endpoint(['rtb-0bb1', 'rtb-0bb2'])]));
    expect(advice).toMatchObject({ state: 'in-place', bytes: 0, saving: 0, routeTableIds: [] });
    expect(advice?.command).toBeUndefined();
  });

  test('exists for S3 and DynamoDB only', () => {
    expect(advise(storyNetwork(), { service: '' })).toBeUndefined();
    expect(advise(storyNetwork(), { service: 'AMAZON' })).toBeUndefined();
    expect(advise(storyNetwork(), { service: 'constructor' })).toBeUndefined();
  });

  test.each([
    ['an interface endpoint', { VpcEndpointType: 'Interface' }],
    ["another VPC's", { VpcId: 'vpc-0999' }],
    ["another service's", { ServiceName: 'com.amazonaws.us-east-1.dynamodb' }],
    ["another region's", { ServiceName: 'com.amazonaws.eu-west-1.s3' }],
    ['one that is deleted', { State: 'deleting' }],
  ])('is still missing where there is %s', (_, more) => {
    const network = storyNetwork([endpoint(['rtb-0bb1', 'rtb-0bb2'], more)]);
    expect(advise(network)?.state).toBe('missing');
  });

  test('is not claimed to be missing when the endpoints are not described', () => {
    expect(advise(undefined)).toMatchObject({ state: 'unknown', bytes: 30 * GIB });
    expect(advise({ Subnets: [] })?.state).toBe('unknown');
    expect(advise(undefined)?.command).toContain('--route-table-ids ROUTE_TABLE_IDS');
  });

  test('does not help clients of other networks', () => {
    const clients = [{ address: '172.16.0.9', bytes: 30 * GIB }];
    expect(advise(storyNetwork(), { clients })).toMatchObject({ state: 'elsewhere', saving: 0 });
  });

  test('is checked in the main route table when a subnet has none of its own', () => {
    const network = storyNetwork([endpoint(['rtb-0bb1'])]);
    const RouteTables = [
      ...network.RouteTables.slice(0, 1),
      { RouteTableId: 'rtb-main', VpcId: VPC, Associations: [{ Main: true }], Routes: [] },
    ];
    expect(advise({ ...network, RouteTables })?.routeTableIds).toEqual(['rtb-main']);
  });

  test.each([
    ['none of its route tables', [], 'missing', 30, ['rtb-0bb1', 'rtb-0bb2']],
    ['the first', ['rtb-0bb1'], 'route-table-missing', 30, ['rtb-0bb2']],
    ['the second', ['rtb-0bb2'], 'route-table-missing', 30, ['rtb-0bb1']],
    ['both', ['rtb-0bb1', 'rtb-0bb2'], 'in-place', 0, []],
  ] as const)(
    'goes by the routes to NAT gateways where subnets are not described, and %s has it',
    (_, having, state, gib, routeTableIds) => {
      const endpoints = having.length > 0 ? [endpoint(having)] : [];
      const { Subnets, ...network } = storyNetwork(endpoints);
      const RouteTables = [
        ...network.RouteTables,
        { RouteTableId: 'rtb-local', VpcId: VPC, Routes: [{}] },
        { ...network.RouteTables[0], RouteTableId: 'rtb-elsewhere', VpcId: 'vpc-0999' },
      ];
      expect(advise({ ...network, RouteTables })).toMatchObject({
        state,
        bytes: gib * GIB,
        saving: gib * 0.045,
        routeTableIds,
      });
    },
  );

  test('is advised without route tables when none is described', () => {
    const { RouteTables, ...network } = storyNetwork();
    expect(advise(network)).toMatchObject({
      state: 'missing',
      bytes: 30 * GIB,
      routeTableIds: [],
      command: expect.stringMatching(/ --route-table-ids ROUTE_TABLE_IDS$/),
    });
    const lacking = advise({ ...network, VpcEndpoints: [endpoint([])] });
    expect(lacking).toMatchObject({
      state: 'route-table-missing',
      routeTableIds: [],
      command: expect.stringMatching(/ --add-route-table-ids ROUTE_TABLE_IDS$/),
    });
    expect(lacking && adviceText({ ...lacking, regionBy: 'listed' })).toBe(
      'gateway endpoint exists, but a route table lacks it',
    );
  });

  test('saves the bytes of all clients of the route tables that lack it, and at most all bytes', () => {
    const clients = [1, 2, 4, 8].map((gib, index) => ({
      address: `10.20.${[0, 3, 4, 7][index]}.9`,
      bytes: gib * GIB,
    }));
    const network = storyNetwork([endpoint(['rtb-0bb2'])]);
    expect(advise(network, { clients })).toMatchObject({ bytes: 3 * GIB, saving: 3 * 0.045 });
    expect(advise(network, { clients, bytes: 2 * GIB })).toMatchObject({ bytes: 2 * GIB });
    expect(advise(storyNetwork(), { clients })).toMatchObject({ bytes: 15 * GIB });
  });

  test.each([
    ['no type, as only gateway endpoints had once', { VpcEndpointType: undefined }],
    ['no state', { State: undefined }],
    ['the state in other letters', { State: 'Available' }],
    ['a state that it is on its way', { State: 'pending' }],
  ])('is in place where it is described with %s', (_, more) => {
    const network = storyNetwork([endpoint(['rtb-0bb1', 'rtb-0bb2'], more)]);
    expect(advise(network)?.state).toBe('in-place');
  });

  test('may exist several times, with their route tables combined', () => {
    const both = [endpoint(['rtb-0bb1']), endpoint(['rtb-0bb2'], { VpcEndpointId: 'vpce-0456' })];
    expect(advise(storyNetwork(both))?.state).toBe('in-place');
    const none = [endpoint(['rtb-0bb1'], { RouteTableIds: undefined }), both[0] ?? {}];
    expect(advise(storyNetwork(none))?.routeTableIds).toEqual(['rtb-0bb2']);
  });

  test.each(['NatGateways', 'Subnets', 'RouteTables'] as const)(
    'is advised for the only VPC in the description of %s when lines name none',
    (part) => {
      const network = { VpcEndpoints: [], [part]: storyNetwork()[part] };
      expect(advise(network, { vpcId: '' })).toMatchObject({ vpcId: VPC, state: 'missing' });
      const two = { ...network, [part]: [...storyNetwork()[part], { VpcId: 'vpc-0999' }] };
      expect(advise(two, { vpcId: '' })).toMatchObject({ vpcId: '', state: 'unknown' });
    },
  );

  test('is advised with a placeholder for the VPC when nothing names one', () => {
    expect(advise(undefined, { vpcId: '' })).toEqual({
      service: 'S3',
      region: 'us-east-1',
      regionBy: 'not-given',
      vpcId: '',
      serviceBytes: 30 * 2 ** 30,
      endpointService: S3_SERVICE,
      state: 'unknown',
      bytes: 30 * GIB,
      saving: 30 * 0.045,
      routeTableIds: [],
      command: `aws ec2 create-vpc-endpoint --region us-east-1 --vpc-id VPC_ID --service-name ${S3_SERVICE} --route-table-ids ROUTE_TABLE_IDS`,
    });
    expect(advise({ VpcEndpoints: [] }, { vpcId: '' })?.state).toBe('unknown');
  });

  test('for DynamoDB is another service, of the region', () => {
    const of = { ...use, service: 'DYNAMODB' };
    const advice = adviseOn(of, { network: undefined, region: 'eu-west-1', natPerGib: 0.1 });
    expect(advice).toMatchObject({
      endpointService: 'com.amazonaws.eu-west-1.dynamodb',
      saving: expect.closeTo(3, 9),
    });
  });
});

test('text that is not an id does not appear in a command', () => {
  const advice = advise(undefined, { vpcId: 'vpc-1;reboot' });
  expect(advice?.command).toContain('--vpc-id UNREADABLE_ID');
  const region = adviseOn(use, { network: undefined, region: 'us east', natPerGib: 1 });
  expect(region?.command).toContain('--region UNREADABLE_ID ');
  expect(region?.endpointService).toBe('com.amazonaws.UNREADABLE_ID.s3');
  const tables = storyNetwork().RouteTables.map((each) => ({ ...each, RouteTableId: '$(reboot)' }));
  const of = (endpoints: readonly object[]) => ({
    ...storyNetwork(endpoints),
    RouteTables: tables,
  });
  expect(advise(of([]))?.command).toMatch(/ --route-table-ids UNREADABLE_ID$/);
  expect(advise(of([endpoint([], { VpcEndpointId: '`x`' })]))?.command).toContain(
    '--vpc-endpoint-id UNREADABLE_ID --add-route-table-ids UNREADABLE_ID',
  );
});

test('the advice of the whole story is worth what the spike costs in a day', () => {
  const { cost, advice, services } = reportOn(storyLines(), { network: storyNetwork() });
  expect(advice.map(({ service, state }) => [service, state])).toEqual([
    ['S3', 'missing'],
    ['DYNAMODB', 'missing'],
  ]);
  expect(cost.total?.toFixed(3)).toBe('1.872');
  expect(cost.perDay?.toFixed(2)).toBe('190.28');
  expect(cost.avoidablePerDay?.toFixed(2)).toBe('163.48');
  expect(services.rows.map(({ service, bytes }) => [service, (bytes / GIB).toFixed(2)])).toEqual([
    ['S3', '35.12'],
    ['AMAZON', '3.05'],
    [null, '2.37'],
    ['DYNAMODB', '0.62'],
    ['CLOUDFRONT', '0.44'],
  ]);
});

test('with the endpoints in place there is nothing left to save', () => {
  const tables = ['rtb-0bb1', 'rtb-0bb2'];
  const endpoints = [
    endpoint(tables),
    endpoint(tables, { ServiceName: 'com.amazonaws.us-east-1.dynamodb' }),
  ];
  const { cost } = reportOn(storyLines(), { network: storyNetwork(endpoints) });
  expect(cost.avoidable).toBe(0);
});
