import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readInPieces as read } from '../../tests/support/read-in-pieces.ts';
import { objectEnd } from './json-object.ts';
import { LineAssembler } from './line-assembler.ts';

const MEGABYTE = 1 << 20;

test('every line and object is read once and in order, in any pieces', () => {
  const part = fc.oneof(
    fc
      .stringMatching(/^[a-z]{1,40}$/, { size: 'max' })
      .map((line) => ({ text: `${line}\n`, seen: line })),
    fc
      .constantFrom('{"a":1}', '{"a":{"b":"}\\"\\\\"}}')
      .map((object) => ({ text: object, seen: object })),
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 20, size: 'max' }),
      fc.integer({ min: 1, max: 200 }),
      (parts, n) => {
        const { seen, lost } = read(parts.map(({ text }) => text).join(''), n);
        expect([seen, lost]).toEqual([parts.map((each) => each.seen), 0]);
      },
    ),
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

test('an object that never ends is dropped, and is not read again with every piece', () => {
  const { seen, bytes, lost } = read(`{${'"a":12,'.repeat(1.2 * MEGABYTE)}`, 1024);
  expect([seen.length, lost]).toEqual([0, 1]);
  expect(bytes).toBeLessThan(MEGABYTE);
});

test('an object that is too long is dropped up to its newline', () => {
  const { seen, lost } = read(`a\n{"b":"${'b'.repeat(9 * MEGABYTE)}\nc`, 65_536);
  expect([seen, lost]).toEqual([['a', 'c'], 1]);
});

test.each([1, 3, 100])('a truncated object loses only its own line, in pieces of %d bytes', (n) => {
  const { seen, lost } = read('{"a":\nb\n{\nc\n{"d":"e\nf\n', n);
  expect([seen, lost]).toEqual([['{"a":', 'b', '{', 'c', '{"d":"e', 'f'], 0]);
});

/** Reads lines and collects them. */
function following() {
  const seen: string[] = [];
  const lost: string[] = [];
  const assembler = new LineAssembler(
    (window, _, end) => {
      const text = Buffer.from(window.subarray(0, end)).toString();
      seen.push(...text.split('\n').slice(0, -1));
      return end;
    },
    () => lost.push('lost'),
  );
  return { assembler, seen, lost, write: (text: string) => assembler.write(Buffer.from(text)) };
}

test('a line is read as soon as its newline has arrived', () => {
  const { write, seen } = following();
  write('a');
  write(`b\n${'c\n'.repeat(20)}`);
  expect(seen).toEqual(['ab', ...Array.from({ length: 20 }, () => 'c')]);
});

test('an object without a newline is read as soon as the byte after it has arrived', () => {
  const seen: string[] = [];
  const assembler = new LineAssembler(
    (window, filled) => {
      const end = objectEnd(window, 0, filled);
      if (end < 0 || end >= filled) return 0;
      seen.push(Buffer.from(window.subarray(0, end)).toString());
      return end;
    },
    () => {},
  );
  assembler.write(Buffer.from('{"a":'));
  assembler.write(Buffer.from('1}'));
  expect(seen).toEqual([]);
  assembler.write(Buffer.from('{'));
  expect(seen).toEqual(['{"a":1}']);
});

test('a line in two pieces is read after a complete object in several pieces', () => {
  const seen: string[] = [];
  const assembler = new LineAssembler(
    (window, filled) => {
      const text = Buffer.from(window.subarray(0, filled)).toString();
      if (!text.endsWith('\n')) return 0;
      seen.push(text);
      return filled;
    },
    () => seen.push('lost'),
  );
  for (const piece of ['{"a":', '1}\n', 'li', 'ne\n']) assembler.write(Buffer.from(piece));
  expect(seen).toEqual(['{"a":1}\n', 'line\n']);
});

test('a piece is read in place, without copying', () => {
  const piece = Buffer.from(`${'a'.repeat(40)}\n${'b'.repeat(40)}`);
  const buffers: ArrayBufferLike[] = [];
  const assembler = new LineAssembler(
    (window, _, end) => {
      buffers.push(window.buffer);
      return end;
    },
    () => {},
  );
  assembler.write(piece);
  expect(buffers[0]).toBe(piece.buffer);
});

test('at the end of the text, there is no line when nothing is pending', () => {
  const { assembler, write, seen } = following();
  write('a\n');
  assembler.end();
  assembler.end();
  expect(seen).toEqual(['a']);
});

test('unread bytes at the end are dropped, and the next text starts anew', () => {
  for (const left of [1, 2]) {
    let lost = 0;
    const seen: string[] = [];
    const assembler = new LineAssembler(
      (window, filled) => {
        seen.push(Buffer.from(window.subarray(0, filled)).toString());
        return filled - left;
      },
      () => lost++,
    );
    assembler.write(Buffer.from('abc'));
    assembler.end();
    expect([seen, lost]).toEqual([['abc\n'], 1]);
    assembler.write(Buffer.from('d\n'));
    expect(seen.at(-1)).toBe('d\n');
  }
});

test('a line that is too long ends with its newline, even at the start of a piece', () => {
  const { write, seen, lost } = following();
  write('a'.repeat(9 * MEGABYTE));
  write('\nb\n');
  write('c\n');
  expect([seen, lost]).toEqual([['b', 'c'], ['lost']]);
});

test('a line that is too long does not affect the lines after it in its piece', () => {
  const { write, seen, lost } = following();
  write('a');
  write(`${'a'.repeat(9 * MEGABYTE)}\n${`${'b'.repeat(MEGABYTE)}\n`.repeat(10)}`);
  expect([seen.length, lost]).toEqual([10, ['lost']]);
});

test.each(['end', 'breakOff'] as const)(
  'a line that is too long does not affect another text: %s',
  (ended) => {
    const { assembler, write, seen } = following();
    write('a'.repeat(9 * MEGABYTE));
    assembler[ended]();
    write('b\n');
    expect(seen).toEqual(['b']);
  },
);

test('a line is read after an object that broke off', () => {
  const { assembler, write, seen } = following();
  write('{"a":');
  assembler.breakOff();
  write('b');
  write('c\\\n');
  expect(seen).toEqual(['bc\\']);
});

test('the incomplete line or object at the end of a text that broke off is dropped', () => {
  const seen: number[] = [];
  const assembler = new LineAssembler(
    (_, filled, end) => {
      if (end === filled) seen.push(end);
      return end;
    },
    () => {},
  );
  for (const text of ['a\nbb', '{"a":', 'c\n']) {
    assembler.write(Buffer.from(text));
    assembler.breakOff();
  }
  expect(seen).toEqual([2]);
});
