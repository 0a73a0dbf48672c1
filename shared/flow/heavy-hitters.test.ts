import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reportOn } from '../../tests/reporter/story.ts';
import { HeavyHitters } from './heavy-hitters.ts';

type Counted = readonly (readonly [key: number, weight: number])[];

const stream = (keys: number) =>
  fc.array(fc.tuple(fc.integer({ min: -2, max: keys }), fc.integer({ min: 0, max: 1000 })), {
    maxLength: 400,
    size: 'max',
  });

function count(counted: Counted, most: number): HeavyHitters {
  const hitters = new HeavyHitters(2, 2, most);
  for (const [key, weight] of counted) {
    hitters.key[0] = key;
    hitters.key[1] = key * 7;
    const at = hitters.entry() * hitters.stride;
    hitters.values[at] = (hitters.values[at] ?? 0) + weight;
    hitters.values[at + 1] = (hitters.values[at + 1] ?? 0) + 1;
  }
  return hitters;
}

function truth(counted: Counted): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [key, weight] of counted) sums.set(key, (sums.get(key) ?? 0) + weight);
  return sums;
}

function found(hitters: HeavyHitters): Map<number, number> {
  const entries = Array.from({ length: hitters.size }, (_, entry) => entry);
  return new Map(entries.map((entry) => [hitters.keyOf(entry)[0] ?? 0, hitters.value(entry, 0)]));
}

test('while all keys fit, every sum is exact', () => {
  fc.assert(
    fc.property(stream(60), (counted) => {
      const hitters = count(counted, 64);
      expect(found(hitters)).toEqual(truth(counted));
      expect(hitters.error).toBe(0);
      expect(hitters.dropped).toBe(0);
    }),
    { numRuns: 40 },
  );
});

test('with too many keys, no sum is too high, or too low by more than the error', () => {
  fc.assert(
    fc.property(stream(200), fc.integer({ min: 2, max: 24 }), (counted, most) => {
      const hitters = count(counted, most);
      const sums = truth(counted);
      for (const [key, weight] of found(hitters)) {
        const right = sums.get(key) ?? 0;
        expect(weight).toBeLessThanOrEqual(right);
        expect(right - weight).toBeLessThanOrEqual(hitters.error);
      }
    }),
    { numRuns: 40 },
  );
});

test('a key heavier than the error is never missing', () => {
  fc.assert(
    fc.property(stream(200), fc.integer({ min: 2, max: 24 }), (counted, most) => {
      const hitters = count(counted, most);
      const kept = found(hitters);
      const heavy = [...truth(counted)].filter(([, weight]) => weight > hitters.error);
      expect(heavy.filter(([key]) => !kept.has(key))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test('the error stays within 2 / most of all weight', () => {
  fc.assert(
    fc.property(stream(200), fc.integer({ min: 2, max: 24 }), (counted, most) => {
      const total = counted.reduce((sum, [, weight]) => sum + weight, 0);
      expect(count(counted, most).error).toBeLessThanOrEqual((2 * total) / most);
      expect(count(counted, most).size).toBeLessThanOrEqual(most);
    }),
    { numRuns: 40 },
  );
});

test('a heavy key among a million others keeps nearly all of its weight', () => {
  const hitters = new HeavyHitters(1, 1);
  let heavy = 0;
  for (let index = 0; index < 1_000_000; index++) {
    hitters.key[0] = index % 10 === 0 ? -1 : index;
    const weight = index % 10 === 0 ? 90 : 10;
    if (index % 10 === 0) heavy += weight;
    const at = hitters.entry() * hitters.stride;
    hitters.values[at] = (hitters.values[at] ?? 0) + weight;
  }
  const [first = 0] = hitters.ranked();
  expect(hitters.keyOf(first)[0]).toBe(-1);
  expect(heavy - hitters.value(first, 0)).toBeLessThanOrEqual(hitters.error);
  expect(hitters.error).toBeLessThan(18_000_000 / 32_768);
});

test('entries are ranked by weight, then by the other column, then by key', () => {
  const hitters = count(
    [
      [3, 5],
      [2, 9],
      [1, 5],
      [-1, 5],
      [1, 0],
    ],
    8,
  );
  expect(hitters.ranked(1).map((entry) => hitters.keyOf(entry)[0])).toEqual([2, 1, 3, -1]);
});

test('without another column, entries of equal weight are ranked by key', () => {
  const equal: Counted = [1, 2, 3].map((key) => [key, 5]);
  const hitters = count(equal, 8);
  expect(hitters.ranked().map((entry) => hitters.keyOf(entry)[0])).toEqual([1, 2, 3]);
});

describe('when there is no room for another key', () => {
  /** Adds weight to a key of one word. */
  function add(hitters: HeavyHitters, key: number, weight: number): void {
    hitters.key[0] = key;
    const entry = hitters.entry();
    hitters.values[entry * hitters.stride] = hitters.value(entry, 0) + weight;
  }
  const sorted = (hitters: HeavyHitters) => [...found(hitters)].sort(([a], [b]) => a - b);

  test('keys up to the median are dropped and counted', () => {
    const hitters = new HeavyHitters(1, 1, 4);
    // The heaviest stands first; the median of 1, 2, 3 and 100 from above is 3.
    for (const [key, weight] of [
      [1, 100],
      [2, 1],
      [3, 3],
      [4, 2],
    ] as const)
      add(hitters, key, weight);
    expect([hitters.dropped, hitters.error, hitters.size]).toEqual([0, 0, 4]);
    add(hitters, 5, 1);
    expect([hitters.dropped, hitters.error]).toEqual([3, 3]);
    expect(sorted(hitters)).toEqual([
      [1, 100],
      [5, 1],
    ]);
    // Later keys may lack 3 already: 3 + 1, 3 + 2 and 3 + 2, beside 100.
    add(hitters, 2, 2);
    add(hitters, 3, 2);
    add(hitters, 4, 1);
    expect([hitters.dropped, hitters.error]).toEqual([6, 5]);
    expect(sorted(hitters)).toEqual([
      [1, 100],
      [4, 1],
    ]);
  });

  test('a key that returns starts with a new sum', () => {
    const hitters = new HeavyHitters(1, 1, 2);
    for (const [key, weight] of [
      [1, 5],
      [2, 1],
      [3, 1],
      [2, 4],
      [2, 4],
    ] as const)
      add(hitters, key, weight);
    // 5 and 1 make the median 5, so that both go; then nothing has to.
    expect(sorted(hitters)).toEqual([
      [2, 8],
      [3, 1],
    ]);
    expect([hitters.dropped, hitters.error]).toEqual([2, 5]);
  });

  test('kept and dropped keys together are all keys', () => {
    fc.assert(
      fc.property(stream(60), fc.integer({ min: 2, max: 24 }), (counted, most) => {
        const hitters = new HeavyHitters(1, 1, most);
        let [came, before] = [0, 0];
        for (const [key, weight] of counted) {
          if (!found(hitters).has(key)) came++;
          add(hitters, key, weight);
          expect(hitters.size + hitters.dropped).toBe(came);
          if (hitters.dropped > before)
            expect(hitters.size).toBeLessThanOrEqual(Math.ceil(most / 2));
          before = hitters.dropped;
        }
      }),
      { numRuns: 40 },
    );
  });
});

test.each([1, 2, 5, 12])('keys of %d words are distinguished and ranked by every word', (words) => {
  const word = fc.oneof(fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)), fc.integer());
  const text = (key: ArrayLike<number>) =>
    Array.from(key, (each) => (each >>> 0).toString(16).padStart(8, '0')).join('');
  const keys = fc.uniqueArray(fc.array(word, { minLength: words, maxLength: words }), {
    selector: text,
    maxLength: 40,
    size: 'max',
  });
  // Keys that differ in one word alone come beside those drawn.
  const beside = keys.map(([first = Array<number>(words).fill(7), ...rest]) => [
    ...first.map((_, at) => first.map((each, index) => (index === at ? each ^ 0x8000_0001 : each))),
    ...[first, ...rest],
  ]);
  fc.assert(
    fc.property(beside, (list) => {
      const hitters = new HeavyHitters(words, 2);
      for (const key of list) {
        hitters.key.set(key);
        hitters.values[hitters.entry() * hitters.stride] = 5;
      }
      const unique = [...new Set(list.map(text))];
      expect(hitters.ranked(1).map((entry) => text(hitters.keyOf(entry)))).toEqual(unique.sort());
    }),
  );
});

test.each([1023, 1024, 1025, 2049, 5000])(
  '%d keys of three words keep their sums as the hitters grows',
  (keys) => {
    const hitters = new HeavyHitters(3, 2);
    for (const round of [1, 2]) {
      for (let key = 0; key < keys; key++) {
        hitters.key.set([key % 7, key, -key]);
        const at = hitters.entry() * hitters.stride;
        hitters.values[at] = (hitters.values[at] ?? 0) + key;
        hitters.values[at + 1] = round;
      }
    }
    const rows = Array.from({ length: hitters.size }, (_, entry) => [
      ...hitters.keyOf(entry),
      hitters.value(entry, 0),
      hitters.value(entry, 1),
    ]);
    expect(rows).toEqual(
      Array.from({ length: keys }, (_, key) => [key % 7, key, -key | 0, 2 * key, 2]),
    );
  },
);

test('a report of more sources than are kept apart says so, and what a row may lack', () => {
  const source = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  const lines = Array.from(
    { length: 70_000 },
    (_, index) => `${source(index)} 1.1.1.1 ${index + 1}`,
  );
  const heavy = '192.168.0.1 1.1.1.1 1000000';
  const report = reportOn(['srcaddr dstaddr bytes', heavy, ...lines, heavy].join('\n'), { top: 3 });
  const { sources, destinations, totals } = report;
  expect(sources.rows[0]).toMatchObject({ address: '192.168.0.1', bytes: 2_000_000, flows: 2 });
  expect([sources.others.isAtLeast, destinations.others.isAtLeast]).toEqual([true, false]);
  // The table is full with the heavy one and 1 to 65,535: those up to the median make room.
  expect([sources.error, destinations.error]).toEqual([32_769, 0]);
  expect(sources.others.count).toBe(1 + 70_000 - 32_769 - 3);
  const total = 2_000_000 + (70_000 * 70_001) / 2;
  expect(totals.bytes).toBe(total);
  expect([...sources.rows, sources.others].reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total);
});
