import { expect } from '@jest/globals';
import { pricesOf } from '../../shared/prices/prices.ts';
import type { Report } from '../../shared/report/model/report.ts';
import type { PlainCount } from './plain-count.ts';

const PRICE = pricesOf('us-east-1').natPerGib;

/** How services are written where people read them. */
export const WORDS: Readonly<Record<string, string>> = {
  AMAZON: 'AWS (service not said)',
  DYNAMODB: 'DynamoDB',
  CLOUDFRONT: 'CloudFront',
};

/** Adds up what has the same key. */
export function sumUp(parts: readonly (readonly [string, number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, bytes] of parts) sums.set(key, (sums.get(key) ?? 0) + bytes);
  return sums;
}

/** The bytes of each pair of source and target, all ports together. */
function pairSums({ pairs }: PlainCount) {
  const sums = new Map<string, { source: string; target: string; bytes: number }>();
  for (const [source, peers] of pairs) {
    for (const [peer, { bytes }] of peers) {
      const [target = ''] = peer.split(/ (?=\d+ \d+$)/);
      const key = `${source} > ${target}`;
      const before = sums.get(key)?.bytes ?? 0;
      sums.set(key, { source, target: WORDS[target] ?? target, bytes: before + bytes });
    }
  }
  return [...sums.values()];
}

/** The headline is the heaviest pair with a quarter of all bytes, else such a target, else how they are spread. */
export function compareHeadline({ headline }: Report, count: PlainCount): void {
  const pairs = pairSums(count);
  const total = pairs.reduce((sum, { bytes }) => sum + bytes, 0);
  const targets = sumUp(pairs.map(({ target, bytes }) => [target, bytes]));
  const most = Math.max(...pairs.map(({ bytes }) => bytes));
  const mostOfTarget = Math.max(...targets.values());
  const { kind, source, target, bytes, share, cost, text } = headline;
  const price = count.isPriced ? (Number(bytes) / 2 ** 30) * PRICE : null;
  if (total === 0) {
    expect(headline).toMatchObject({ kind: 'none', bytes: '0', share: 0, cost: null });
    return;
  }
  expect(share).toBeCloseTo(Number(bytes) / total, 12);
  expect(cost).toEqual(price === null ? null : expect.closeTo(price, 9));
  expect(text.includes('$')).toBe(count.isPriced);
  if (most >= total / 4) {
    const said = target ?? 'not said';
    const heaviest = pairs.filter((each) => each.bytes === most);
    expect(heaviest).toContainEqual({ source, target: said, bytes: Number(bytes) });
    expect(kind).toBe('pair');
  } else if (mostOfTarget >= total / 4) {
    expect([kind, targets.get(target ?? 'not said')]).toEqual(['target', Number(bytes)]);
    expect(Number(bytes)).toBe(mostOfTarget);
  } else {
    expect([kind, source, target, Number(bytes)]).toEqual(['spread', null, null, total]);
    expect(text).toContain(`over ${count.sources.size} source`);
    expect(text).toContain(`and ${targets.size} target`);
  }
}
