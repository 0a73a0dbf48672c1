import { expect, test } from '@jest/globals';
import { jsonRecords } from './json-records.ts';

async function linesOf(...pieces: readonly string[]): Promise<string> {
  async function* text() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const lines: Buffer[] = [];
  for await (const line of jsonRecords(text())) lines.push(line);
  return Buffer.concat(lines).toString();
}

const WHOLE = '{"message":"b"}\n';

test.each([
  ['without quotes', '{"a":1}\n{,"rawData":H4sIAAAA}\n'],
  ['within a string', '{"message":"a\n'],
  ['with members below it', '{"a":\n  {"b":,\n  "c":2\n'],
  ['at the end', WHOLE],
])('a record torn %s is the same line, however the text comes', async (_, torn) => {
  const text = `${torn}${WHOLE}{"a":,1`;
  const expected = await linesOf(text);
  expect(expected).toContain(WHOLE);
  for (let at = 1; at < text.length; at++) {
    expect(await linesOf(text.slice(0, at), text.slice(at))).toBe(expected);
  }
  expect(await linesOf(...text)).toBe(expected);
});
