import { describe, expect, test } from '@jest/globals';
import { addressOf, addressOrPrefixOf } from '../flow/prefix.ts';
import { Address, NO_TIME } from '../flow/record.ts';
import type { Claim } from './claim.ts';
import { Names } from './names.ts';
import { Tenures } from './tenures.ts';

const claim = (name: string, from?: number, until?: number, more: Partial<Claim> = {}): Claim => {
  const prefix = addressOrPrefixOf('10.0.0.9');
  if (prefix === undefined) throw new Error('no prefix');
  return { prefix, kind: 'pod', name, labels: {}, from, until, ...more };
};
const ADDRESS = addressOf('10.0.0.9') ?? new Address();

/** The name of a flow's client, by the claims. */
function nameIn(claims: readonly Claim[], start: number, end = start, address = ADDRESS) {
  const tenures = new Tenures(claims);
  const { name, oneOf } = new Names([], tenures).of('10.0.0.9', tenures.of(address, start, end));
  return name ?? oneOf;
}

describe('an address that changed hands', () => {
  const claims = [claim('a', 100, 200), claim('b', 300)];

  test.each([
    ['before the first owner', 50, 99, undefined],
    ['from before the first owner on', 50, 100, 'a'],
    ['of the first', 100, 199, 'a'],
    ['after the first, before the second', 200, 299, undefined],
    ['from the first to before the second', 199, 299, 'a'],
    ['of the second', 300, 10_000, 'b'],
    ['of both', 199, 300, ['a', 'b']],
    ['without times', NO_TIME, NO_TIME, ['a', 'b']],
  ])('names a flow %s', (_, start, end, name) => {
    expect(nameIn(claims, start, end)).toEqual(name);
  });

  test('passes to the next owner when it is not said when the first left', () => {
    const open = [claim('a', 100), claim('b', 300)];
    expect([299, 300].map((time) => nameIn(open, time))).toEqual(['a', 'b']);
  });

  test('goes by what a later list says of the same pod', () => {
    const lists = [claim('a', 100), claim('a', 100, 200), claim('a', 100)];
    expect([199, 200].map((time) => nameIn(lists, time))).toEqual(['a', undefined]);
  });

  test('is that of the claim without a time where no dated claim holds', () => {
    const instance = claim('node', undefined, undefined, { kind: 'ec2' });
    expect([150, 250].map((time) => nameIn([instance, ...claims], time))).toEqual(['a', 'node']);
  });

  test('is told apart for IPv6 and for what is in a block', () => {
    const prefix = addressOrPrefixOf('2001:db8::/80');
    const address = addressOf('2001:db8::7');
    if (prefix === undefined || address === undefined) throw new Error('no address');
    const tenures = new Tenures([
      claim('a', 100, 200, { prefix }),
      claim('b', 200, 300, { prefix }),
    ]);
    const names = new Names([], tenures);
    const name = (time: number) => names.of('2001:db8::7', tenures.of(address, time, time)).name;
    expect([99, 100, 200, 300].map(name)).toEqual([undefined, 'a', 'b', undefined]);
  });
});

test('an address that EC2 calls the primary one of an instance is not a pod, which uses its network', () => {
  const host = claim('node', undefined, undefined, { kind: 'host' });
  expect(nameIn([host, claim('proxy', 100)], 150)).toBe('node');
});
