import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { assertShape, readShape, ShapeError } from './read-shape.ts';

const SCHEMA = v.object({
  name: v.pipe(v.string(), v.regex(/^[a-z]+$/, 'a word in small letters')),
  sizes: v.optional(v.array(v.object({ bytes: v.union([v.number(), v.string()]) }))),
  unit: v.optional(v.picklist(['bit', 'byte'])),
});

test('a valid value is returned without the members that the schema does not have', () => {
  const value = { name: 'a', sizes: [{ bytes: '5' }] };
  expect(readShape(SCHEMA, { ...value, else: 1 }, 'x.json')).toEqual(value);
});

test.each<[unknown, string]>([
  [null, 'x.json is null, an object was expected'],
  [undefined, 'x.json is undefined, an object was expected'],
  ['text', 'x.json is "text", an object was expected'],
  [{}, 'x.json: name is missing'],
  [{ name: 5 }, 'x.json: name is 5, a text was expected'],
  [
    { name: 'A\u001b\u009b\u202e\u2028é' },
    'x.json: name is "A\\u001b\\u009b\\u202e\\u2028é", a word in small letters was expected',
  ],
  [{ name: 'a', sizes: {} }, 'x.json: sizes is an object, a list was expected'],
  [{ name: 'a', sizes: [null] }, 'x.json: sizes.0 is null, an object was expected'],
  [
    { name: 'a', sizes: [{ bytes: 1 }, { bytes: [] }] },
    'x.json: sizes.1.bytes is a list, a number or a text was expected',
  ],
  [{ name: 'a', unit: 'inch' }, 'x.json: unit is "inch", "bit" or "byte" was expected'],
  [
    { name: 'a'.repeat(99).toUpperCase() },
    `x.json: name is "${'A'.repeat(59)}…, a word in small letters was expected`,
  ],
])('%j is refused in one sentence', (value, sentence) => {
  expect(() => readShape(SCHEMA, value, 'x.json')).toThrow(
    expect.objectContaining({ constructor: ShapeError, message: sentence }),
  );
});

test('a schema can keep a value unchanged, whatever the names of its members', () => {
  const value: unknown = { name: 'a', else: 1, constructor: 2 };
  assertShape(SCHEMA, value, 'x.json');
  expect(value).toEqual({ name: 'a', else: 1, constructor: 2 });
  expect(() => assertShape(SCHEMA, {}, 'x.json')).toThrow('x.json: name is missing');
});
