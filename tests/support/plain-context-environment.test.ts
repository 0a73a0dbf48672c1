import { isContext } from 'node:vm';
import { expect, test } from '@jest/globals';

test('the global object of a test file is an ordinary object', () => {
  expect(isContext(globalThis)).toBe(true);
});
