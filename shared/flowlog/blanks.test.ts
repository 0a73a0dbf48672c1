import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { squeezeBlanks } from './blanks.ts';

const BEFORE = 'line before\n';
const AFTER = '\nline  after\n';

/** The normalised line; undefined when it needed no change. Its neighbours must not change. */
function squeeze(line: string): string | undefined {
  const window = Buffer.from(BEFORE + line + AFTER, 'latin1');
  const newline = window.length - AFTER.length;
  const at = squeezeBlanks(window, BEFORE.length, newline);
  const text = window.toString('latin1');
  expect([text.slice(0, BEFORE.length), text.slice(newline)]).toEqual([BEFORE, AFTER]);
  if (at === -1) expect(text).toBe(BEFORE + line + AFTER);
  return at === -1 ? undefined : text.slice(at, newline);
}

test.each([
  ['a  b', 'a b'],
  [' a b', 'a b'],
  ['a b ', 'a b'],
  ['a\tb', 'a b'],
  ['a \t b\r', 'a b'],
  ['\0a\x1fb', 'a b'],
  ['\xef\xbb\xbfa b', 'a b'],
  ['  \xef\xbb\xbfa b', 'a b'],
  ['\xef\xbb\xbf', ''],
  ['', ''],
  [' ', ''],
  ['\t\r ', ''],
])('%j becomes %j', (line, squeezed) => expect(squeeze(line)).toBe(squeezed));

test.each(['a', 'a b', 'a b c', '!', '\xef\xbba b', '\xef', 'a\xef\xbb\xbf', '\xbb\xbfa'])(
  '%j needs no change',
  (line) => expect(squeeze(line)).toBeUndefined(),
);

test('any line is normalised to single blanks between its values', () => {
  const line = fc.array(fc.constantFrom(' ', '\t', '\r', '\0', 'a', '!', '\xff'), {
    maxLength: 12,
    size: 'max',
  });
  fc.assert(
    fc.property(
      line.map((bytes) => bytes.join('')),
      (text) => {
        const expected = text.replace(/[\0- ]+/g, ' ').trim();
        const isDone = text !== '' && text === expected;
        expect(squeeze(text)).toBe(isDone ? undefined : expected);
      },
    ),
  );
});
