import { describe, expect, test } from '@jest/globals';
import { breakEven, costOf, perDay, pricesOf, regionOf } from '../../shared/prices/prices.ts';
import { aggregateOf, reportOn } from './story.ts';

describe('exact sums', () => {
  const MOST = 2n ** 53n - 1n;

  test.each([
    [MOST - 1n, Number(MOST - 1n)],
    [MOST, Number(MOST)],
    [MOST + 1n, String(MOST + 1n)],
    [2n ** 64n - 1n, '18446744073709551615'],
  ])('of %d bytes are a number, or digits from where numbers are not exact', (bytes, told) => {
    const text = `srcaddr dstaddr bytes packets\n10.0.0.1 1.1.1.1 ${bytes} ${bytes}\n`;
    const { totals } = reportOn(text);
    const one = { flows: 1, bytes: told, packets: told };
    const none = { flows: 0, bytes: 0, packets: 0 };
    expect(totals).toEqual({ ...one, forwarded: one, upload: one, download: none, rejected: none });
  });

  test('of both directions and of what was refused stand apart, in bytes as in packets', () => {
    const text = [
      'srcaddr dstaddr bytes packets action',
      '10.0.0.1 1.1.1.1 4294967296 4294967297 ACCEPT',
      '1.1.1.1 10.0.0.1 30 3 ACCEPT',
      '1.1.1.1 10.0.0.1 40 4 -',
      '1.1.1.1 10.0.0.1 500 5 REJECT',
    ].join('\n');
    expect(reportOn(text).totals).toEqual({
      flows: 4,
      bytes: 2 ** 32 + 570,
      packets: 2 ** 32 + 13,
      forwarded: { flows: 3, bytes: 2 ** 32 + 70, packets: 2 ** 32 + 8 },
      upload: { flows: 1, bytes: 2 ** 32, packets: 2 ** 32 + 1 },
      download: { flows: 2, bytes: 70, packets: 7 },
      rejected: { flows: 1, bytes: 500, packets: 5 },
    });
  });

  test('are rounded in rows alone, to what a number holds', () => {
    const text = `srcaddr dstaddr bytes start end\n10.0.0.1 1.1.1.1 ${2n ** 63n + 1n} 60 60\n`;
    const { totals, sources, destinations, services, ports, timeline } = reportOn(text);
    expect(totals.bytes).toBe(String(2n ** 63n + 1n));
    for (const { rows } of [sources, destinations, services, ports]) {
      expect(rows[0]).toMatchObject({ bytes: 2 ** 63, upload: 2 ** 63, download: 0, share: 1 });
    }
    expect(timeline?.total).toEqual([2 ** 63]);
  });

  test('count every line once, whatever became of it', () => {
    const text = [
      'srcaddr dstaddr bytes log-status',
      ...Array<string>(5).fill('10.0.0.1 1.1.1.1 7 OK'),
      ...Array<string>(4).fill('- - - NODATA'),
      ...Array<string>(3).fill('- - - SKIPDATA'),
      ...Array<string>(2).fill('- - - OK'),
      'x y z OK',
    ].join('\n');
    expect(reportOn(text).records).toEqual({
      read: 15,
      ...{ ok: 5, nodata: 4, skipdata: 3, nonflow: 2, malformed: 1 },
      ...{ otherLeg: 0, otherGateway: 0, otherTime: 0 },
    });
  });
});

describe('the minutes of a flow', () => {
  /** Bytes by minute of one flow from a full minute on. */
  const minutesOf = (from: number, to: number, bytes: number) => {
    const { minutes } = aggregateOf(
      `srcaddr dstaddr start end bytes\n10.0.0.1 1.1.1.1 ${from} ${to} ${bytes}\n`,
    ).forwarded;
    return Array.from({ length: minutes.size }, (_, entry) => [
      minutes.keyOf(entry)[0],
      minutes.value(entry, 0),
    ]);
  };

  test.each([
    ['its last second is of the first minute', 60, 119, 60, [[1, 60]]],
    [
      'its last second is of the next',
      60,
      120,
      61,
      [
        [1, 60],
        [2, 1],
      ],
    ],
    [
      'its first second is the last of a minute',
      119,
      120,
      10,
      [
        [1, 5],
        [2, 5],
      ],
    ],
    ['it lasts a second', 119, 119, 10, [[1, 10]]],
    ['it began at 0', 0, 0, 10, [[0, 10]]],
    [
      'bytes do not divide: the last minute has the rest',
      119,
      121,
      10,
      [
        [1, 3],
        [2, 7],
      ],
    ],
    ['it ends before it begins', 120, 119, 10, [[2, 10]]],
  ])('%s', (_, from, to, bytes, expected) => {
    expect(minutesOf(from, to, bytes)).toEqual(expected);
  });

  test('are those of twelve minutes at most: longer ones are nonsense', () => {
    expect(minutesOf(60, 60 + 720, 721)).toEqual([
      ...Array.from({ length: 12 }, (_, index) => [index + 1, 60]),
      [13, 1],
    ]);
    expect(minutesOf(60, 60 + 721, 722)).toEqual([[1, 722]]);
  });
});

describe('prices', () => {
  test.each([
    ['us-east-1', { natPerGib: 0.045, endpointPerHour: 0.01, endpointPerGib: 0.01 }, 0.25],
    ['eu-central-1', { natPerGib: 0.052, endpointPerHour: 0.012, endpointPerGib: 0.01 }, 0.285],
    ['ap-east-1', { natPerGib: 0.065, endpointPerHour: 0.0143, endpointPerGib: 0.01 }, 0.39],
  ])(
    'of %s are listed, and a recording costs its delivery and Firehose',
    (region, list, delivery) => {
      expect(pricesOf(region)).toEqual({
        ...list,
        logPerGib: delivery + 0.13,
        source: `list price of ${region}, table of 2026-09`,
      });
    },
  );

  test('say whose they are where they are not those of the region', () => {
    expect(pricesOf('mars-1').source).toBe(
      'no price known for mars-1: list price of us-east-1, table of 2026-09',
    );
    expect(pricesOf('us-east-1', { natPerGib: 0 })).toMatchObject({
      natPerGib: 0,
      source: 'as given',
    });
    expect(pricesOf('us-east-1', { natPerGib: undefined }).natPerGib).toBe(0.045);
  });

  test('are for GiB, and a day has 86,400 seconds', () => {
    expect(costOf(3 * 2 ** 30, 0.5)).toBe(1.5);
    expect(costOf(2 ** 29, 0.5)).toBe(0.25);
    expect(perDay(2, 43_200)).toBe(4);
    expect(perDay(2, 1)).toBe(172_800);
    expect(perDay(2, -1)).toBeUndefined();
  });

  test('an endpoint that costs as much per GiB as the gateway is never cheaper', () => {
    const of = (natPerGib: number) => breakEven({ ...pricesOf('us-east-1'), natPerGib });
    expect(of(0.02)).toBeCloseTo(1, 9);
    expect(of(0.01)).toBe(Number.POSITIVE_INFINITY);
    expect(of(0.009)).toBe(Number.POSITIVE_INFINITY);
  });

  test('the zone of a region is the part before its number', () => {
    expect(regionOf({ region: '', zone: 'usw2-az4' })).toBe('us-west-2');
    expect(regionOf({ region: '', zone: 'usw2-lax1-az1' })).toBe('us-west-2');
    expect(regionOf({ region: '', zone: '' })).toBeUndefined();
  });
});
