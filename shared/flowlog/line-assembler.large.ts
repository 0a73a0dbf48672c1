import { expect, test } from '@jest/globals';
import { readInPieces as read } from '../../tests/support/read-in-pieces.ts';

const MEGABYTE = 1 << 20;

test.each([
  ['a line', 'a'.repeat(8 * MEGABYTE - 1), '\n'],
  ['a line without its newline', 'a'.repeat(8 * MEGABYTE - 1), ''],
  ['an object', `{"a":"${'a'.repeat(8 * MEGABYTE - 9)}"}`, '\n'],
])('%s may be 8 MiB long with its newline, and no longer', (_, text, end) => {
  for (const bytes of [65_536, 1_000_000]) {
    expect(read(`${text}${end}`, bytes)).toMatchObject({ seen: [text], lost: 0 });
    const longer = text.replace('a', 'aa') + end;
    expect(read(`${longer}${end && 'b'}`, bytes)).toMatchObject({
      seen: end ? ['b'] : [],
      lost: 1,
    });
  }
});

test.each([1000, 20 * MEGABYTE])(
  'an object that is too long is dropped up to its newline, in pieces of %d bytes',
  (pieceBytes) => {
    const { seen, lost } = read(`a\n{"b":"${'b'.repeat(9 * MEGABYTE)}\nc`, pieceBytes);
    expect([seen, lost]).toEqual([['a', 'c'], 1]);
  },
);
