import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readLine } from '../../tests/support/read-line.ts';
import { interfaceIndex } from './interface-index.ts';

test('a name has the same number as in the reader of lines', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[!-~à-ÿ€]{2,30}$/u), (name) => {
      expect(interfaceIndex(name)).toBe(readLine('interface-id', name)?.interfaceIndex);
    }),
  );
});

test('the number is the same in every release', () => {
  expect(interfaceIndex('eni-0a11bb22cc33dd44e')).toBe(1_859_133_902);
});

test('a name whose hash is 0 has the number 1, because 0 is no interface', () => {
  expect(interfaceIndex('0rv4kw-j')).toBe(1);
});
