import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Memory } from './memory.ts';
import { repeatedTexts } from './repeated-texts.ts';

/** The values in Parquet's plain encoding. */
function plain(values: readonly string[]): Uint8Array {
  return Buffer.concat(
    values.flatMap((value) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(Buffer.byteLength(value));
      return [length, Buffer.from(value)];
    }),
  );
}

function read(values: readonly string[], page = plain(values)): string[] | undefined {
  const read = repeatedTexts(page, new Uint8Array(values.length), new Memory());
  return read && [...read.cells].map((cell) => read.texts.text(cell));
}

test('any values are read as they are, also those that differ in one place or in length alone', () => {
  const value = fc.oneof(
    fc.constantFrom('a', 'aa', 'aaa', 'aaaa', 'aaaaa', 'eni-0a1', 'eni-0b1', 'eni-0a2', '-'),
    fc.stringMatching(/^[ab]{1,9}$/),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), (values) => {
      expect(read(values)).toEqual(values);
    }),
  );
});

test('an empty value is the absent one', () => {
  expect(read(['OK', '', 'OK', ''])).toEqual(['OK', '-', 'OK', '-']);
});

test('255 distinct values are read, and no more', () => {
  const values = Array.from({ length: 255 }, (_, index) => `vpc-${index}`);
  expect(read([...values, ...values])).toEqual([...values, ...values]);
  expect(read([...values, 'vpc-255'])).toBeUndefined();
});

test('a value that ends beyond its page is refused', () => {
  const page = plain(['ACCEPT', 'REJECT']);
  expect(() => read(['', ''], page.subarray(0, -1))).toThrow(RangeError);
  expect(() => read(['', '', ''], page)).toThrow(RangeError);
});
