import { describe, expect, test } from '@jest/globals';
import { breakEven, perDay, pricesOf, regionOf } from '../../shared/prices/prices.ts';
import { addressText, putAddress } from '../../shared/report/exchange.ts';
import { meteredBetween, readMetrics } from '../../shared/report/metrics.ts';
import { namesOf } from '../../shared/report/names.ts';
import { namesOfGateway } from '../../shared/report/network.ts';
import { bitRate, dollars, duration, portName, size } from '../../shared/report/words.ts';
import {
  GATEWAY,
  INTERFACE,
  reportOn,
  START,
  storyLines,
  storyMetrics,
  storyNetwork,
} from './story.ts';

describe('metrics', () => {
  const result = (more: object = {}) => ({
    Id: 'a',
    Label: 'BytesInFromSource',
    Timestamps: ['2026-11-22T10:15:00Z', '2026-11-22T10:14:00Z'],
    Values: [5, 7],
    ...more,
  });

  test('of both sides add up, what goes out does not count again', () => {
    const { periodSeconds, points } = readMetrics({
      MetricDataResults: [
        result(),
        result({ Label: 'BytesInFromDestination' }),
        result({ Label: 'BytesOutToSource' }),
      ],
    });
    expect(periodSeconds).toBe(60);
    expect(points.map(({ bytes }) => bytes)).toEqual([14, 10]);
  });

  test('need no name when there is only one result, and take times as numbers', () => {
    const one = result({ Label: 'm1', Timestamps: [60, 360], Values: [1, 2] });
    expect(readMetrics({ MetricDataResults: [one] })).toEqual({
      periodSeconds: 300,
      points: [
        { time: 60, bytes: 1 },
        { time: 360, bytes: 2 },
      ],
    });
  });

  test('count in the minutes that the recording touches', () => {
    const metered = readMetrics({ MetricDataResults: [result()] });
    const at = (time: string) => Date.parse(`2026-11-22T${time}Z`) / 1000;
    expect(meteredBetween(metered, at('10:14:30'), at('10:14:50'))).toBe(7);
    expect(meteredBetween(metered, at('10:14:59'), at('10:15:01'))).toBe(12);
    expect(meteredBetween(metered, at('10:16:00'), at('10:17:00'))).toBe(0);
    // Flows of a single second are in the period of that second.
    expect(meteredBetween(metered, at('10:14:59'), at('10:14:59'))).toBe(7);
    expect(meteredBetween(metered, at('10:15:00'), at('10:15:00'))).toBe(5);
  });

  test('stand beside the flows', () => {
    const { reconciliation, timeline } = reportOn(storyLines(), {
      metered: readMetrics(storyMetrics()),
    });
    expect(reconciliation?.percent?.toFixed(1)).toBe('98.3');
    expect(timeline?.metered).toHaveLength(15);
  });
});

describe('time', () => {
  const flow = (start: number, end: number, bytes: number) =>
    `srcaddr dstaddr start end bytes\n10.0.0.1 1.1.1.1 ${start} ${end} ${bytes}\n`;

  test('is shared evenly by the seconds of a flow, to the last byte', () => {
    const { timeline } = reportOn(flow(START, START + 89, 1001));
    expect(timeline?.total).toEqual([333, 668]);
    const long = reportOn(flow(START, START + 599, 6000)).timeline?.total;
    expect(long).toEqual([300, 600, 600, 600, 600, 600, 600, 600, 600, 600, 300]);
  });

  test('goes to the first minute where the end makes no sense', () => {
    expect(reportOn(flow(START, START - 5, 10)).timeline?.total).toEqual([10]);
    expect(reportOn(flow(START, START + 86_400, 10)).timeline?.total).toEqual([10]);
  });

  test('is drawn in a few hundred steps, however long it was', () => {
    const text = `srcaddr dstaddr start end bytes\n10.0.0.1 1.1.1.1 0 9 1\n10.0.0.1 1.1.1.1 4294967290 4294967295 2\n`;
    const { timeline } = reportOn(text);
    expect(timeline?.total.length).toBeLessThanOrEqual(240);
    expect([timeline?.total[0], timeline?.total.at(-1)]).toEqual([1, 2]);
  });

  test('is missing where no line has one', () => {
    const { timeline, window, seconds } = reportOn('srcaddr dstaddr bytes\n10.0.0.1 1.1.1.1 5\n');
    expect({ timeline, window, seconds }).toEqual({
      timeline: undefined,
      window: undefined,
      seconds: 0,
    });
  });
});

describe('names', () => {
  const network = (each: object) =>
    namesOf({
      NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', PrivateIpAddress: '10.0.0.9', ...each }],
    });

  test.each([
    ['a tag', { TagSet: [{ Key: 'Name', Value: 'db' }] }, 'db'],
    ['the ECS service', { TagSet: [{ Key: 'aws:ecs:serviceName', Value: 'api' }] }, 'ecs/api'],
    [
      'the Lambda function',
      { Description: 'AWS Lambda VPC ENI-resize-images-0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f' },
      'lambda/resize-images',
    ],
    ['an ECS task', { Description: 'arn:aws:ecs:us-east-1:1:attachment/x' }, 'ecs task'],
    ['what AWS describes', { Description: 'RDSNetworkInterface' }, 'RDSNetworkInterface'],
    ['nothing', {}, undefined],
  ])('come from %s', (_, each, name) => {
    expect(network(each)('10.0.0.9')).toEqual({ id: 'eni-1', name });
  });

  test('are none where an instance has no tag', () => {
    const instance = { InstanceId: 'i-1', PrivateIpAddress: '10.0.0.9' };
    const names = namesOf({ Reservations: [{ Instances: [instance] }] });
    expect(names('10.0.0.9')).toEqual({ id: 'i-1', name: undefined });
  });

  test('of instances go before, for all their addresses', () => {
    const names = namesOf({
      ...storyNetwork(),
      NetworkInterfaces: [
        {
          Attachment: { InstanceId: 'i-0ab1' },
          PrivateIpAddresses: [
            { PrivateIpAddress: '10.20.3.41' },
            { PrivateIpAddress: '10.20.3.99' },
          ],
        },
      ],
    });
    expect(names('10.20.3.99')).toEqual({ id: 'i-0ab1', name: 'etl-worker-7' });
    expect(names('10.9.9.9')).toEqual({});
  });

  test.each([
    ['vpc-1', { id: 'i-1', name: 'one' }],
    ['vpc-2', { id: 'eni-2', name: 'two' }],
    ['vpc-3', {}],
  ])('of addresses that two VPCs use are those of the recorded one: %s', (vpcId, name) => {
    const names = namesOf(
      {
        Reservations: [
          {
            Instances: [
              {
                InstanceId: 'i-1',
                VpcId: 'vpc-1',
                PrivateIpAddress: '10.0.0.9',
                Tags: [{ Key: 'Name', Value: 'one' }],
              },
            ],
          },
        ],
        NetworkInterfaces: [
          {
            NetworkInterfaceId: 'eni-2',
            VpcId: 'vpc-2',
            PrivateIpAddress: '10.0.0.9',
            TagSet: [{ Key: 'Name', Value: 'two' }],
          },
        ],
      },
      new Set([vpcId]),
    );
    expect(names('10.0.0.9')).toEqual(name);
  });

  test('of a gateway are its own and those of its interfaces', () => {
    expect([...namesOfGateway(GATEWAY, storyNetwork())]).toEqual([GATEWAY, INTERFACE]);
    expect([...namesOfGateway('eni-9', storyNetwork())]).toEqual(['eni-9']);
  });
});

describe('prices', () => {
  test('are those of the region, or say that they are not', () => {
    expect(pricesOf('us-east-1')).toMatchObject({ natPerGib: 0.045, logPerGib: 0.38 });
    expect(pricesOf('sa-east-1')).toMatchObject({ natPerGib: 0.093, endpointPerHour: 0.021 });
    expect(pricesOf('mars-1')).toMatchObject({ natPerGib: 0.045, endpointPerHour: 0.01 });
    expect(pricesOf('mars-1').source).toContain('no price known for mars-1');
    expect(pricesOf('mars-1', { natPerGib: 0.07 })).toMatchObject({
      natPerGib: 0.07,
      source: 'as given',
    });
  });

  test('region is what the lines name, or whose zone they name', () => {
    expect(regionOf({ region: 'eu-west-1', zone: 'use1-az1' })).toBe('eu-west-1');
    expect(regionOf({ region: '', zone: 'euc1-az2' })).toBe('eu-central-1');
    expect(regionOf({ region: '', zone: 'xx1-az2' })).toBeUndefined();
  });

  test('tell when an interface endpoint is cheaper, and what a day costs', () => {
    expect(breakEven(pricesOf('us-east-1')).toFixed(2)).toBe('0.29');
    expect(breakEven(pricesOf('sa-east-1')).toFixed(2)).toBe('0.25');
    expect(breakEven(pricesOf('x', { natPerGib: 0.01 }))).toBe(Number.POSITIVE_INFINITY);
    expect(perDay(1, 3600)).toBe(24);
    expect(perDay(1, 0)).toBeUndefined();
  });
});

describe('words', () => {
  test.each([
    [size(0), '0 B'],
    [size(1023), '1,023 B'],
    [size(1536), '1.50 KiB'],
    [size(2 ** 40), '1,024.00 GiB'],
    [duration(59), '59 s'],
    [duration(850), '14 min 10 s'],
    [duration(11_100), '3 h 5 min'],
    [duration(200_000), '2 d 7 h'],
    [bitRate(44_667_659_878, 850), '420 Mbit/s'],
    [bitRate(1, 8), '1 bit/s'],
    [dollars(1.872), '$1.87'],
    [dollars(0.0028), '$0.0028'],
    [dollars(1234.5), '$1,234.50'],
    [portName({ port: 443, protocol: 6 }), '443'],
    [portName({ port: 53, protocol: 17 }), '53/UDP'],
    [portName({ port: 0, protocol: 1 }), 'ICMP'],
    [portName({ port: 0, protocol: 0 }), '-'],
  ])('%s', (said, expected) => {
    expect(said).toBe(expected);
  });

  test('IPv6 addresses read as people write them', () => {
    const key = new Int32Array(5);
    putAddress(key, 0, { family: 6, w0: 0x20010db8, w1: 0, w2: 0, w3: 1 });
    expect(addressText(key, 0)).toBe('2001:db8::1');
    putAddress(key, 0, { family: 4, w0: (192 << 24) | 1, w1: 9, w2: 9, w3: 9 });
    expect(addressText(key, 0)).toBe('192.0.0.1');
  });
});
