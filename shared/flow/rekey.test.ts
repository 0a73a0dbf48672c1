import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HeavyHitters } from './heavy-hitters.ts';

test('sums of keys that become one add up, and the table goes on as one of those keys', () => {
  const counted = fc.array(fc.tuple(fc.nat(5000), fc.nat(1000)), { maxLength: 300 });
  fc.assert(
    fc.property(counted, counted, fc.integer({ min: 1, max: 900 }), (before, after, width) => {
      const hitters = new HeavyHitters(2, 2);
      const sums = new Map<number, number>();
      const count = (key: number, weight: number) => {
        hitters.key.set([7, key]);
        const at = hitters.entry() * hitters.stride;
        hitters.values[at] = (hitters.values[at] ?? 0) + weight;
        hitters.values[at + 1] = (hitters.values[at + 1] ?? 0) + 1;
      };
      const expectAt = (key: number, weight: number) =>
        sums.set(key, (sums.get(key) ?? 0) + weight);
      for (const [key, weight] of before) {
        count(key, weight);
        expectAt(key - (key % width), weight);
      }
      hitters.rekey((key) => {
        key[1] = (key[1] ?? 0) - ((key[1] ?? 0) % width);
      });
      for (const [key, weight] of after) {
        count(key, weight);
        expectAt(key, weight);
      }
      const entries = [...hitters.entries()];
      const got = entries.map(
        (entry) => [hitters.keyOf(entry)[1], hitters.value(entry, 0)] as const,
      );
      expect(new Map(got)).toEqual(sums);
      expect(got).toHaveLength(sums.size);
      expect(entries.reduce((flows, entry) => flows + hitters.value(entry, 1), 0)).toBe(
        before.length + after.length,
      );
    }),
  );
});
