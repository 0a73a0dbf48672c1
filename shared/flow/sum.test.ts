import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Sum } from './sum.ts';

const HALF = 0x1_0000_0000n;

/** The sum of 64-bit counters, each given as the parser gives it: two halves with the sign of their bits. */
function sumOf(counters: readonly bigint[]): Sum {
  const sum = new Sum();
  for (const counter of counters) sum.add(Number(counter / HALF) | 0, Number(counter % HALF) | 0);
  return sum;
}

test.each([
  [[], 0n],
  [[0n], 0n],
  [[HALF - 1n], HALF - 1n],
  [[HALF - 1n, 1n], HALF],
  [[HALF - 2n, 1n], HALF - 1n],
  [[HALF - 1n, HALF - 1n], 2n * HALF - 2n],
  [[HALF], HALF],
  [[2n ** 64n - 1n, 1n], 2n ** 64n],
  [[2n ** 64n - 1n, 2n ** 64n - 1n, 2n], 2n ** 65n],
])('%s add up to %s', (counters, expected) => {
  expect(sumOf(counters).toBigInt()).toBe(expected);
  expect(`${sumOf(counters)}`).toBe(`${expected}`);
});

test('a sum of any counters is exact', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), (counters) => {
      expect(sumOf(counters).toBigInt()).toBe(counters.reduce((a, b) => a + b, 0n));
    }),
  );
});

test.each([1, 0xffff_fffe, 0xffff_ffff])(
  'the sum of a whole day of lines with %d each is exact',
  (low) => {
    const lines = 6_000_001;
    const sum = new Sum();
    for (let line = 0; line < lines; line++) sum.add(0, low);
    expect(sum.toBigInt()).toBe(BigInt(lines) * BigInt(low));
  },
);
