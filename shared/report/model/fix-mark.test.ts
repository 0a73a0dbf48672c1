import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { markOf, markTag } from './fix-mark.ts';

const AT = '2026-11-28T10:15:00.000Z';

test('a mark is read back from its tag, which EC2 allows', () => {
  const mark = fc.record({
    recording: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/),
    at: fc.constant(AT),
    bytes: fc.maxSafeNat(),
    seconds: fc.nat(),
  });
  fc.assert(
    fc.property(mark, (one) => {
      const tag = markTag(one);
      expect(tag.Value.length).toBeLessThanOrEqual(256);
      expect(tag.Value).toMatch(/^[\w .:/=+@-]*$/);
      expect(markOf({ Tags: [tag] })).toEqual(one);
    }),
  );
});

test('a name of a file becomes what EC2 allows', () => {
  const tag = markTag({ recording: `${'ä b'.repeat(100)}.json`, at: AT, bytes: 1, seconds: 2 });
  expect(tag.Value.length).toBeLessThanOrEqual(256);
  expect(markOf({ Tags: [tag] })?.recording).toMatch(/^__b__b/);
});

test.each(['', 'yes', `${AT} many 2 a`, `${AT} 1 2`, '2026-99-99T10:15:00Z 1 2 a'])(
  'a tag of others, "%s", is no mark',
  (Value) => {
    expect(markOf({ Tags: [{ Key: 'natflow:fix', Value }] })).toBeUndefined();
  },
);

test('an endpoint without the tag has no mark', () => {
  expect(markOf({ Tags: [{ Key: 'Name', Value: `${AT} 1 2 a` }] })).toBeUndefined();
  expect(markOf({})).toBeUndefined();
});
