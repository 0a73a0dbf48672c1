import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { select } from '../../shared/report/select.ts';
import { Tally } from '../../shared/report/tally.ts';

type Counted = readonly (readonly [key: number, weight: number])[];

const stream = (keys: number) =>
  fc.array(fc.tuple(fc.integer({ min: -2, max: keys }), fc.integer({ min: 0, max: 1000 })), {
    maxLength: 400,
  });

function count(counted: Counted, most: number): Tally {
  const tally = new Tally(2, 2, most);
  for (const [key, weight] of counted) {
    tally.key[0] = key;
    tally.key[1] = key * 7;
    const at = tally.entry() * tally.columns;
    tally.values[at] = (tally.values[at] ?? 0) + weight;
    tally.values[at + 1] = (tally.values[at + 1] ?? 0) + 1;
  }
  return tally;
}

function truth(counted: Counted): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [key, weight] of counted) sums.set(key, (sums.get(key) ?? 0) + weight);
  return sums;
}

function found(tally: Tally): Map<number, number> {
  const entries = Array.from({ length: tally.size }, (_, entry) => entry);
  return new Map(entries.map((entry) => [tally.keyOf(entry)[0] ?? 0, tally.value(entry, 0)]));
}

test('while all keys fit, every sum is exact', () => {
  fc.assert(
    fc.property(stream(60), (counted) => {
      const tally = count(counted, 64);
      expect(found(tally)).toEqual(truth(counted));
      expect(tally.error).toBe(0);
      expect(tally.dropped).toBe(0);
    }),
  );
});

test('with too many keys no sum is too high, and none too low by more than the error', () => {
  fc.assert(
    fc.property(stream(200), fc.integer({ min: 2, max: 24 }), (counted, most) => {
      const tally = count(counted, most);
      const sums = truth(counted);
      for (const [key, weight] of found(tally)) {
        const right = sums.get(key) ?? 0;
        expect(weight).toBeLessThanOrEqual(right);
        expect(right - weight).toBeLessThanOrEqual(tally.error);
      }
    }),
  );
});

test('a key heavier than the error is never missing', () => {
  fc.assert(
    fc.property(stream(200), fc.integer({ min: 2, max: 24 }), (counted, most) => {
      const tally = count(counted, most);
      const kept = found(tally);
      const heavy = [...truth(counted)].filter(([, weight]) => weight > tally.error);
      expect(heavy.filter(([key]) => !kept.has(key))).toEqual([]);
    }),
  );
});

test('the error stays within 2 / most of all weight', () => {
  fc.assert(
    fc.property(stream(200), fc.integer({ min: 2, max: 24 }), (counted, most) => {
      const total = counted.reduce((sum, [, weight]) => sum + weight, 0);
      expect(count(counted, most).error).toBeLessThanOrEqual((2 * total) / most);
      expect(count(counted, most).size).toBeLessThanOrEqual(most);
    }),
  );
});

test('a heavy key among a million others keeps nearly all of its weight', () => {
  const tally = new Tally(1, 1);
  let heavy = 0;
  for (let index = 0; index < 1_000_000; index++) {
    tally.key[0] = index % 10 === 0 ? -1 : index;
    const weight = index % 10 === 0 ? 90 : 10;
    if (index % 10 === 0) heavy += weight;
    const at = tally.entry();
    tally.values[at] = (tally.values[at] ?? 0) + weight;
  }
  const [first = 0] = tally.ranked();
  expect(tally.keyOf(first)[0]).toBe(-1);
  expect(heavy - tally.value(first, 0)).toBeLessThanOrEqual(tally.error);
  expect(tally.error).toBeLessThan(18_000_000 / 32_768);
});

test('entries are ranked by weight, then by the other column, then by key', () => {
  const tally = count(
    [
      [3, 5],
      [2, 9],
      [1, 5],
      [-1, 5],
      [1, 0],
    ],
    8,
  );
  expect(tally.ranked(1).map((entry) => tally.keyOf(entry)[0])).toEqual([2, 1, 3, -1]);
});

test('selection finds what sorting would', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }),
      fc.nat(),
      (values, any) => {
        const place = any % values.length;
        expect(select(Float64Array.from(values), place)).toBe(
          values.toSorted((a, b) => a - b)[place],
        );
      },
    ),
  );
});
