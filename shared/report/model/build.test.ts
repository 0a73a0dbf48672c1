import { describe, expect, test } from '@jest/globals';
import {
  asGateways,
  GATEWAY,
  INTERFACE,
  reportOn,
  START,
  storyNetwork,
  VPC,
} from '../../../tests/reporter/story.ts';
import { pricesOf } from '../../prices/prices.ts';

const GIB = 2 ** 30;
const HEADER = `interface-id vpc-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr start end bytes pkt-dst-aws-service pkt-src-aws-service`;
/** The gateway's own address. */
const OWN = '10.20.0.220';
interface Flow {
  readonly id?: string;
  readonly vpc?: string;
  readonly client?: string;
  readonly peer?: string;
  readonly start?: number;
  readonly end?: number;
  readonly bytes?: number;
  readonly service?: string;
}
const line = ({
  id = INTERFACE,
  vpc = '-',
  client = '10.20.3.41',
  peer = '1.1.1.1',
  ...flow
}: Flow) =>
  `${id} ${vpc} ${client} ${OWN} ${client} ${peer} ${flow.start ?? START} ${flow.end ?? START} ${flow.bytes ?? 1} ${flow.service ?? '-'} -`;
const text = (...flows: Flow[]) => [HEADER, ...flows.map(line)].join('\n');

describe('the gateway of a report', () => {
  test('has the id and name that the description gives to its only interface', () => {
    expect(reportOn(text({}), { network: storyNetwork() }).gateway).toMatchObject({
      name: 'prod-egress-a',
      id: GATEWAY,
      interfaces: [INTERFACE],
    });
  });

  test('has the name that the caller gives, which precedes the description', () => {
    const gateway = { id: 'nat-1', name: 'mine' };
    expect(reportOn(text({}), { network: storyNetwork(), gateway }).gateway).toMatchObject(gateway);
    expect(
      reportOn(text({}), { network: storyNetwork(), gateway: { id: 'nat-1' } }).gateway,
    ).toMatchObject({
      name: 'prod-egress-a',
      id: 'nat-1',
      interfaces: [INTERFACE],
    });
  });

  test.each([
    ['of several interfaces', [{}, { id: 'eni-2' }], storyNetwork()],
    ['without a description', [{}], undefined],
    ['of an interface that is not described', [{ id: 'eni-2' }], storyNetwork()],
  ] as const)('has no name %s', (_, flows, network) => {
    const { gateway } = reportOn(text(...flows), { network }, asGateways(INTERFACE, 'eni-2'));
    expect([gateway.id, gateway.name]).toEqual([undefined, undefined]);
  });

  test('has only its id without a Name tag', () => {
    const network = { NatGateways: [{ ...storyNetwork().NatGateways[0], Tags: [] }] };
    expect(reportOn(text({}), { network }).gateway).toMatchObject({ id: GATEWAY, name: undefined });
  });
});

describe('the names of sources', () => {
  /** One address in two VPCs. */
  const network = {
    NatGateways: storyNetwork().NatGateways.map((each) => ({ ...each, VpcId: 'vpc-1' })),
    NetworkInterfaces: ['vpc-1', 'vpc-2'].map((VpcId) => ({
      NetworkInterfaceId: `eni-of-${VpcId}`,
      VpcId,
      PrivateIpAddress: '10.20.3.41',
      Description: `in ${VpcId}`,
    })),
  };
  const nameIn = (flow: Flow) => reportOn(text(flow), { network }).sources.rows[0]?.name;

  test('are those of the VPC that the lines name, or else of the gateway', () => {
    expect(nameIn({ id: '-', vpc: 'vpc-2' })).toBe('in vpc-2');
    expect(nameIn({ id: '-', vpc: 'vpc-1' })).toBe('in vpc-1');
    expect(nameIn({})).toBe('in vpc-1');
    expect(nameIn({ id: '-' })).toBeUndefined();
  });

  test('are in the chart, or ids when there is no name', () => {
    const links = (NetworkInterfaces: readonly object[]) =>
      reportOn(text({}), { network: { NetworkInterfaces } }).links.sources[0]?.from;
    const one = { NetworkInterfaceId: 'eni-1', PrivateIpAddress: '10.20.3.41' };
    expect(links([{ ...one, Description: 'db' }])).toBe('db (10.20.3.41)');
    expect(links([one])).toBe('eni-1 (10.20.3.41)');
    expect(links([])).toBe('10.20.3.41');
  });
});

test('a peer is one main peer, although the lines of one direction do not have its service', () => {
  const lines = [
    'srcaddr dstaddr srcport dstport protocol bytes pkt-src-aws-service',
    '10.0.0.1 203.0.113.9 1025 443 6 3 -',
    '10.0.0.1 203.0.113.5 1025 443 6 2 -',
    '203.0.113.5 10.0.0.1 443 1025 6 2 -',
  ];
  expect(reportOn(lines.join('\n')).sources.rows[0]?.mainPeer).toBe('203.0.113.5 :443');
});

test('the main peer of a source is a service with all its addresses, or one address', () => {
  const flows = [
    { service: 'S3', peer: '52.216.0.1', bytes: 5 },
    { service: 'S3', peer: '52.216.0.2', bytes: 5 },
    { peer: '203.0.113.5', bytes: 7 },
    { peer: '203.0.113.6', bytes: 6 },
  ];
  expect(reportOn(text(...flows)).sources.rows[0]?.mainPeer).toBe('S3');
  expect(reportOn(text(...flows.slice(1))).sources.rows[0]?.mainPeer).toBe('203.0.113.5');
});

describe('the advice on a service', () => {
  const adviceOf = (flows: readonly Flow[], context = {}) => {
    const { services, advice, breakEvenGibPerHour } = reportOn(
      text(...flows),
      context,
      asGateways(INTERFACE),
    );
    return { advice, breakEvenGibPerHour, texts: services.rows.map((row) => row.advice) };
  };

  test('is said once for each VPC, the dearest first', () => {
    const flows = [
      { service: 'S3', vpc: 'vpc-1', bytes: GIB },
      { service: 'S3', vpc: 'vpc-2', bytes: 3 * GIB },
      { service: 'DYNAMODB', vpc: 'vpc-1', bytes: 2 * GIB },
      { service: 'S3', vpc: 'vpc-1', bytes: GIB / 2 },
    ];
    const { advice, texts } = adviceOf(flows);
    expect(advice.map(({ service, vpcId, bytes }) => [service, vpcId, bytes / GIB])).toEqual([
      ['S3', 'vpc-2', 3],
      ['DYNAMODB', 'vpc-1', 2],
      ['S3', 'vpc-1', 1.5],
    ]);
    const free = (service: string, vpc: string, what: string) =>
      `gateway endpoint, free: com.amazonaws.us-east-1.${service} (not checked whether ${vpc} has it), if these ${what} are in us-east-1: a gateway endpoint does not reach other regions`;
    expect(texts).toEqual([
      `${free('s3', 'vpc-2', 'buckets')}; ${free('s3', 'vpc-1', 'buckets')}`,
      free('dynamodb', 'vpc-1', 'tables'),
    ]);
  });

  test('counts the bytes of each client by the route table it uses', () => {
    const endpoint = {
      VpcId: VPC,
      ServiceName: 'com.amazonaws.us-east-1.s3',
      RouteTableIds: ['rtb-0bb1'],
    };
    const vpc = VPC;
    const { advice } = adviceOf(
      [
        { service: 'S3', vpc, client: '10.20.1.1', bytes: 5 },
        { service: 'S3', vpc, client: '10.20.5.1', bytes: 7 },
        { service: 'S3', vpc, client: '10.20.5.2', bytes: 11 },
        { service: 'EC2', vpc, client: '10.20.5.2', bytes: 100 },
        { service: 'DYNAMODB', vpc, client: '10.20.5.2', bytes: 1000 },
      ],
      { network: storyNetwork([endpoint]) },
    );
    expect(
      advice.map(({ service, bytes, routeTableIds }) => [service, bytes, routeTableIds]),
    ).toEqual([
      ['DYNAMODB', 1000, ['rtb-0bb2']],
      ['S3', 18, ['rtb-0bb2']],
    ]);
  });
});

test('costs are stated for the bytes, per day, and for the lines of the recording', () => {
  const lines = text(
    { service: 'S3', bytes: 2 * GIB, start: START, end: START + 100 },
    { bytes: GIB, start: START + 200, end: START + 432 },
  );
  const { cost, window, seconds } = reportOn(lines, {}, asGateways(INTERFACE));
  expect(seconds).toBe(432);
  expect(window).toEqual({ start: '2026-11-22T10:14:30.000Z', end: '2026-11-22T10:21:42.000Z' });
  expect(cost).toEqual({
    perGib: 0.045,
    source: pricesOf('us-east-1').source,
    total: expect.closeTo(0.135, 12),
    perDay: expect.closeTo(27, 9),
    avoidable: expect.closeTo(0.09, 12),
    avoidablePerDay: expect.closeTo(18, 9),
    recording: expect.closeTo((lines.length / GIB) * 0.38, 15),
  });
  const moment = reportOn(text({ bytes: GIB }), {}, asGateways(INTERFACE));
  expect([moment.seconds, moment.cost.perDay, moment.cost.avoidablePerDay]).toEqual([
    0,
    undefined,
    undefined,
  ]);
  expect(moment.window?.start).toBe(moment.window?.end);
});

test('without a valid time, there is no window', () => {
  expect(reportOn(text({ start: START, end: START - 1 }))).toMatchObject({
    window: undefined,
    seconds: 0,
  });
});

test('metrics are compared with the forwarded bytes', () => {
  const metered = (bytes: number) => ({ periodSeconds: 60, points: [{ time: START - 30, bytes }] });
  const lines = text({ bytes: 75 });
  const gateway = asGateways(INTERFACE);
  expect(reportOn(lines, { metered: metered(100) }, gateway).reconciliation).toEqual({
    meteredBytes: 100,
    percent: 75,
  });
  expect(reportOn(lines, { metered: metered(0) }, gateway).reconciliation).toEqual({
    meteredBytes: 0,
    percent: null,
  });
  expect(reportOn(lines).reconciliation).toBeUndefined();
});

test('the share of a recording is that of all of it, from its alarm to its end', () => {
  const point = (minute: number) => ({ time: START - 30 + 60 * minute, bytes: 100 });
  const metered = { periodSeconds: 60, points: [-5, -4, -3, -2, -1, 0].map(point) };
  const [spikeAt, startedAt, endedAt] = [START - 330, START - 300, START + 30];
  const recording = {
    ...{ spikeAt: spikeAt * 1000, startedAt: startedAt * 1000, endedAt: endedAt * 1000 },
  };
  const report = reportOn(
    text({ bytes: 75 }),
    { metered, recording, fromErrors: 1 },
    asGateways(INTERFACE),
  );
  expect(report.reconciliation).toEqual({ meteredBytes: 600, percent: 12.5 });
  expect(report.recording).toMatchObject({ missing: { seconds: 330, bytes: 550 }, fromErrors: 1 });
  const silent = reportOn('', { metered, recording });
  expect(silent).toMatchObject({
    reconciliation: { percent: 0 },
    recording: { linesBegan: undefined, missing: { bytes: 600 } },
  });
});

test('a report has its version, time and region', () => {
  const region = { name: 'eu-west-1', isAssumed: true };
  const now = Date.UTC(2026, 10, 22, 10, 29, 10);
  expect(reportOn(text({}), { version: '1.2.3', region, now })).toMatchObject({
    natflow: '1.2.3',
    writtenAt: '2026-11-22T10:29:10.000Z',
    region,
  });
});

test('services beyond the limit are OTHERS', () => {
  const flows = Array.from({ length: 4200 }, (_, index) => ({
    service: `S${index}`,
    bytes: 5000 - index,
    peer: `1.1.${index >> 8}.${index & 255}`,
  }));
  const { services, sources } = reportOn(text(...flows), { top: 5000 });
  // Each of them is lighter than S0, all of them together are not.
  expect(sources.rows[0]?.mainPeer).toBe('OTHERS');
  expect(services.rows).toHaveLength(4095);
  expect(services.rows[0]).toMatchObject({ service: 'OTHERS', flows: 106 });
  expect(services.rows[1]).toMatchObject({ service: 'S0', flows: 1 });
});
