import { describe, expect, test } from '@jest/globals';
import { HeavyHitters } from './heavy-hitters.ts';

describe('what is taken over from tagged keys', () => {
  const add = (hitters: HeavyHitters, key: readonly number[], weight: number) => {
    hitters.key.set(key);
    const at = hitters.entry() * hitters.stride;
    (hitters.values[at] as number) += weight;
  };
  const sumsOf = (hitters: HeavyHitters) =>
    [...hitters.entries()].map((entry) => [
      [...hitters.keyOf(entry)].join(),
      hitters.value(entry, 0),
    ]);

  test('are the rows of one tag, added to those that are there', () => {
    const [to, from] = [new HeavyHitters(1, 1), new HeavyHitters(2, 1)];
    add(to, [7], 1);
    add(from, [7, 1], 10);
    add(from, [8, 1], 20);
    add(from, [7, 2], 40);
    to.take(from, 1);
    expect(sumsOf(to)).toEqual([
      ['7', 11],
      ['8', 20],
    ]);
    to.take(from, 1);
    expect(sumsOf(to)[0]).toEqual(['7', 11]);
    to.take(from, 2);
    expect(sumsOf(to)[0]).toEqual(['7', 51]);
  });

  test('is as inexact as it was', () => {
    const [to, from] = [new HeavyHitters(1, 1, 8), new HeavyHitters(2, 1, 4)];
    for (let key = 0; key < 5; key++) add(from, [key, 1], 10 + key);
    expect(from.error).toBeGreaterThan(0);
    to.take(from, 1);
    expect([to.error, to.dropped]).toEqual([from.error, from.dropped]);
  });
});
