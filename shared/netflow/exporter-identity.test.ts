import { expect, test } from '@jest/globals';
import { derivedIdentity, FIRST_DERIVED_DOMAIN } from './exporter-identity.ts';

const stream = (i: number) => `2026/11/22/[$LATEST]${i.toString(16).padStart(32, '0')}`;

test('a derived identity counts each version in its own units, modulo 2^32', async () => {
  const identity = derivedIdentity(stream(1));
  const { domain } = await identity.reserve({ 5: 30, 9: 1, 10: 2 ** 32 - 1 });
  expect(await identity.reserve({ 9: 1, 10: 3 })).toEqual({
    domain,
    sequence: { 5: 30, 9: 1, 10: 2 ** 32 - 1 },
  });
  expect(await identity.reserve({})).toEqual({ domain, sequence: { 5: 30, 9: 2, 10: 2 } });
});

test('domains of different names differ, also in the 16 bits of v5, and are never low ones', async () => {
  const domains = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const { domain } = await derivedIdentity(stream(i)).reserve({});
      return domain;
    }),
  );
  expect(new Set(domains).size).toBe(20);
  expect(new Set(domains.map((domain) => domain & 0xffff)).size).toBe(20);
  for (const domain of domains) {
    expect(domain).toBeLessThan(2 ** 32);
    expect(domain & 0xffff).toBeGreaterThanOrEqual(FIRST_DERIVED_DOMAIN);
  }
});

test('the same name has the same domain', async () => {
  const [first, second] = [derivedIdentity('cli'), derivedIdentity('cli')];
  expect((await first.reserve({})).domain).toBe((await second.reserve({})).domain);
});
