import { describe, expect, test } from '@jest/globals';
import { breakEven, costOf, perDay, pricesOf, regionOf } from './prices.ts';

describe('prices', () => {
  test('are those of the region, or marked as those of another', () => {
    expect(pricesOf('us-east-1')).toMatchObject({ natPerGib: 0.045, logPerGib: 0.38 });
    expect(pricesOf('sa-east-1')).toMatchObject({ natPerGib: 0.093, endpointPerHour: 0.021 });
    expect(pricesOf('mars-1')).toMatchObject({ natPerGib: 0.045, endpointPerHour: 0.01 });
    expect(pricesOf('mars-1').source).toContain('no price known for mars-1');
    expect(pricesOf('mars-1', { natPerGib: 0.07 })).toMatchObject({
      natPerGib: 0.07,
      source: 'as given',
    });
  });

  test('have the region that the lines name, or that of their zone', () => {
    expect(regionOf({ region: 'eu-west-1', zone: 'use1-az1' })).toBe('eu-west-1');
    expect(regionOf({ region: '', zone: 'euc1-az2' })).toBe('eu-central-1');
    expect(regionOf({ region: '', zone: 'xx1-az2' })).toBeUndefined();
  });

  test('give the break-even of an interface endpoint, and the cost of a day', () => {
    expect(breakEven(pricesOf('us-east-1')).toFixed(2)).toBe('0.29');
    expect(breakEven(pricesOf('sa-east-1')).toFixed(2)).toBe('0.25');
    expect(breakEven(pricesOf('x', { natPerGib: 0.01 }))).toBe(Number.POSITIVE_INFINITY);
    expect(perDay(1, 3600)).toBe(24);
    expect(perDay(1, 0)).toBeUndefined();
  });

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

  test('name their region when it is another one', () => {
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
    expect(perDay(2, 300)).toBe(576);
    for (const seconds of [299, 0, -1]) expect(perDay(2, seconds)).toBeUndefined();
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
