import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HeavyHitters } from './heavy-hitters.ts';

/** Few enough keys for some to be dropped. */
const MOST = 64;
const keys = fc.array(fc.integer({ min: -2, max: 200 }), { maxLength: 400, size: 'max' });

function addTo(hitters: HeavyHitters, added: readonly number[]): HeavyHitters {
  for (const [index, key] of added.entries()) {
    hitters.key[0] = key;
    hitters.key[1] = 7;
    const at = hitters.entry() * hitters.stride;
    (hitters.values[at] as number) += index % 10;
  }
  return hitters;
}

function readOf(hitters: HeavyHitters) {
  const entries = [...hitters.entries()].map((entry) => [
    ...[[...hitters.keyOf(entry)], hitters.value(entry, 0), hitters.isExact(entry)],
  ]);
  return { entries, dropped: hitters.dropped, error: hitters.error };
}

test('hitters with the contents of others go on as these would', () => {
  fc.assert(
    fc.property(keys, keys, (before, after) => {
      const whole = addTo(addTo(new HeavyHitters(2, 1, MOST), before), after);
      const others = new HeavyHitters(2, 1, MOST);
      others.contents = structuredClone(addTo(new HeavyHitters(2, 1, MOST), before).contents);
      expect(readOf(addTo(others, after))).toEqual(readOf(whole));
    }),
  );
});
