import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { unwrapFailed } from './failed-records.ts';
import { FlowLogParser } from './parser.ts';

const LINE =
  '2 123456789012 eni-0a11bb22cc33dd44e 10.0.0.7 203.0.113.9 1024 443 6 9 840 1795338000 1795338060 ACCEPT OK';
const WRAPPED = `${JSON.stringify({ message: LINE })}\n`;

const base64 = (raw: string | Uint8Array) => Buffer.from(raw).toString('base64');
const older = (raw: string | Uint8Array) =>
  JSON.stringify({ attemptsMade: 4, errorCode: 'a {b} "c"', rawData: base64(raw), lambdaArn: 'x' });
const newer = (raw: string | Uint8Array) =>
  JSON.stringify({ rawData: base64(raw), lambdaARN: 'x', attemptsMade: 1 });

async function* cut(text: Uint8Array, size: number) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function read(text: string | Uint8Array, size = 1000) {
  const parser = new FlowLogParser();
  let length = 0;
  for await (const piece of unwrapFailed(cut(Buffer.from(text), size))) {
    length += piece.length;
    parser.write(piece);
  }
  parser.end();
  return { ...parser.counts, length };
}

test.each<[string, string, number]>([
  ['a record a line', `${older(WRAPPED)}\n${older(WRAPPED)}\n`, 2],
  ['records glued together', newer(WRAPPED) + newer(LINE), 2],
  ['Windows newlines', `${newer(WRAPPED)}\r\n${older(WRAPPED)}\r\n`, 2],
  ['several lines in a record', older(`${LINE}\n${LINE}\n`), 2],
  ['gzip that is larger inside than out', newer(gzipSync(`${LINE}\n`.repeat(500))), 500],
])('%s, in pieces of any size', async (_, text, flow) => {
  for (const size of [1, 7, 100, 100_000]) {
    expect(await read(text, size)).toMatchObject({ flow, malformed: 0, nonflow: 0 });
  }
});

test('a record that is no flow log is one malformed line and leaves its neighbours alone', async () => {
  const junk = older('{"ticker":"AMZN"}\n{"ticker":"X"}\n');
  const text = `${older(WRAPPED)}${junk}${older(WRAPPED)}\n${junk}\nx`;
  expect(await read(text)).toMatchObject({ flow: 2, malformed: 3 });
});

test.each([LINE, `${WRAPPED}${WRAPPED}`, '', '{', `{"a":1}\n${LINE}`, `\n${newer(LINE)}`])(
  'other text comes out as it is: %j',
  async (text) => {
    expect(await read(text, 3)).toMatchObject({ length: text.length });
  },
);

test('an object that never ends is given up', async () => {
  const text = `${older(WRAPPED)}\n{"rawData":"${'A'.repeat(10_000_000)}`;
  expect(await read(text, 100_000)).toMatchObject({ flow: 1, malformed: 1 });
});

test('an object that is torn off costs its own line alone', async () => {
  const text = `${older(WRAPPED)}\n{"rawData":"AAA\n${older(WRAPPED)}\n`;
  expect(await read(text, 7)).toMatchObject({ flow: 2, malformed: 1 });
});
