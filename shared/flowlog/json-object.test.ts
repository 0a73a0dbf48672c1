import { expect, test } from '@jest/globals';
import { ObjectScan, objectEnd } from './json-object.ts';

test.each([
  ['{}', 2],
  ['{"a":{"b":"}"}} ', 15],
  ['{"a":"\\"}"}', 11],
  ['{"a":', -1],
  ['{"a":"}', -1],
])('%s ends at %i', (text, end) => {
  expect(objectEnd(Buffer.from(text), 0)).toBe(end);
});

test('an object ends with its line, even within a string', () => {
  expect(objectEnd(Buffer.from('{"a":"b\nc"}'), 0)).toBe(7);
  expect(objectEnd(Buffer.from('{"a":\n1}'), 0)).toBe(5);
});

test('an object in pieces ends where the whole object does, and stays ended', () => {
  const text = '{"a\\"":{"b":"\\\\"}} ';
  for (let cut = 1; cut < text.length - 1; cut++) {
    const scan = new ObjectScan();
    const first = scan.endIn(Buffer.from(text.slice(0, cut)), 0);
    expect([cut, first, scan.endIn(Buffer.from(text.slice(cut)), 0)]).toEqual([
      cut,
      -1,
      text.length - 1 - cut,
    ]);
    expect(scan.endIn(Buffer.from(' '), 0)).toBe(0);
  }
});
