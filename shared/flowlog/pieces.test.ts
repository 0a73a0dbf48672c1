import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { objectEnd } from './json-object.ts';
import { Pieces } from './pieces.ts';

const MEGABYTE = 1 << 20;
const NEWLINE = 10;
const BRACE = 123;
/** What the parser may look at beyond the last byte to be read. */
const SLACK = 16;

/** Where the line or object at `at` ends, or 0 when it is not complete. */
function endOf(window: Uint8Array, at: number, filled: number, end: number): number {
  if (window[at] !== BRACE) return at < end ? window.indexOf(NEWLINE, at) + 1 : 0;
  const objectAt = objectEnd(window, at, filled);
  return objectAt < filled ? Math.max(objectAt, 0) : 0;
}

/** Writes text in pieces of so many bytes: what was read line by line, and what it took. */
function read(text: string, pieceBytes: number) {
  const result = { seen: [] as string[], bytes: 0, lost: 0 };
  const pieces = new Pieces(
    (window, filled, end) => {
      expect(window.length).toBeGreaterThanOrEqual(filled + SLACK);
      result.bytes += filled;
      let at = 0;
      for (let next = endOf(window, 0, filled, end); next > 0; ) {
        result.seen.push(Buffer.from(window.subarray(at, next)).toString().trimEnd());
        at = next;
        next = at < filled ? endOf(window, at, filled, end) : 0;
      }
      return at;
    },
    () => result.lost++,
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    pieces.write(bytes.subarray(at, at + pieceBytes));
  }
  pieces.end();
  result.seen = result.seen.filter((each) => each !== '');
  return result;
}

test('whatever the pieces, every line and object is read once, and in order', () => {
  const part = fc.oneof(
    fc.stringMatching(/^[a-z]{1,40}$/).map((line) => ({ text: `${line}\n`, seen: line })),
    fc
      .constantFrom('{"a":1}', '{"a":{"b":"}\\"\\\\"}}')
      .map((object) => ({ text: object, seen: object })),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), fc.integer({ min: 1, max: 200 }), (parts, n) => {
      const { seen, lost } = read(parts.map(({ text }) => text).join(''), n);
      expect([seen, lost]).toEqual([parts.map((each) => each.seen), 0]);
    }),
  );
});

test.each([
  ['a line', 'a'.repeat(7 * MEGABYTE), '\n'],
  ['an object on one line', `{"a":"${'a'.repeat(7 * MEGABYTE)}`, '"}\n'],
])('%s that comes bit by bit is read when it has ended, not with every bit', (_, start, end) => {
  const { seen, bytes, lost } = read(start + end, 1024);
  expect([seen.length, lost]).toEqual([1, 0]);
  expect(bytes).toBeLessThan(1.01 * start.length);
});

test('an object that never ends is lost, and is not read with every piece', () => {
  const { seen, bytes, lost } = read(`{${'"a":12,'.repeat(1.2 * MEGABYTE)}`, 1024);
  expect([seen.length, lost]).toEqual([0, 1]);
  expect(bytes).toBeLessThan(MEGABYTE);
});

test.each([1000, 65_536, 20 * MEGABYTE])(
  'an object too long to be kept is lost up to its newline, in pieces of %d bytes',
  (pieceBytes) => {
    const { seen, lost } = read(`a\n{"b":"${'b'.repeat(9 * MEGABYTE)}\nc`, pieceBytes);
    expect([seen, lost]).toEqual([['a', 'c'], 1]);
  },
);

test.each([1, 3, 100])(
  'an object that was torn off costs its own line alone, in pieces of %d bytes',
  (n) => {
    const { seen, lost } = read('{"a":\nb\n{\nc\n{"d":"e\nf\n', n);
    expect([seen, lost]).toEqual([['{"a":', 'b', '{', 'c', '{"d":"e', 'f'], 0]);
  },
);

test('of text that broke off, the line or object that was cut off is forgotten', () => {
  const seen: number[] = [];
  const pieces = new Pieces(
    (_, filled, end) => {
      if (end === filled) seen.push(end);
      return end;
    },
    () => {},
  );
  for (const text of ['a\nbb', '{"a":', 'c\n']) {
    pieces.write(Buffer.from(text));
    pieces.breakOff();
  }
  expect(seen).toEqual([2]);
});
