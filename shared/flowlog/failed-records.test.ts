import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
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

/** The text that comes out of these pieces. */
async function unwrap(...pieces: readonly Uint8Array[]): Promise<Buffer> {
  async function* given() {
    yield* pieces;
  }
  const out: Uint8Array[] = [];
  for await (const piece of unwrapFailed(given())) out.push(Uint8Array.from(piece));
  return Buffer.concat(out);
}

test('other text is handed on piece by piece, and not copied', async () => {
  const pieces = ['a', 'b\n', '{"a":1}'].map((text) => Buffer.from(text));
  let given = 0;
  async function* giving() {
    for (const piece of pieces) {
      given++;
      yield piece;
    }
  }
  const seen: [number, Uint8Array][] = [];
  for await (const piece of unwrapFailed(giving())) seen.push([given, piece]);
  expect(seen.map(([when, piece]) => [when, String(piece)])).toEqual([
    [1, 'a'],
    [2, 'b\n'],
    [3, '{"a":1}'],
  ]);
  expect(seen[1]?.[1]).toBe(pieces[1]);
});

test('no text comes out of none, and an empty piece says nothing', async () => {
  const seen: Uint8Array[] = [];
  for await (const piece of unwrapFailed(cut(new Uint8Array(), 1))) seen.push(piece);
  expect(seen).toEqual([]);
  const lines = await unwrap(Buffer.from(''), Buffer.from(newer(LINE)));
  expect(lines.toString()).toBe(`${LINE}\n`);
});

test.each(['', '\n', '\n\n'])('what stands between records is nothing: %j', async (between) => {
  const text = [newer(LINE), older(`${LINE}\n`), ''].join(between);
  expect((await unwrap(Buffer.from(text))).toString()).toBe(`${LINE}\n${LINE}\n`);
});

test.each(['{"a":1}\n', '{}'])('the first object decides for all: after %j', async (first) => {
  const text = first + newer(LINE);
  expect((await unwrap(Buffer.from(text))).toString()).toBe(text);
});

describe('limits', () => {
  const KIB = 1024;
  const MIB = 1024 * KIB;
  const RAW = `"rawData":"${base64(LINE)}"`;

  test.each([
    [64 * KIB, `${LINE}\n`],
    [64 * KIB + 1, undefined],
  ])('the name of the raw data may end at byte %d', async (end, lines) => {
    const begin = '{"a":"';
    const text = `${begin}${'a'.repeat(end - begin.length - '","rawData"'.length)}",${RAW}}`;
    for (const bytes of [64 * KIB, 64 * KIB + 1, 64 * KIB + 5]) {
      const pieces = [text.slice(0, bytes), text.slice(bytes)].map((part) => Buffer.from(part));
      expect((await unwrap(...pieces)).toString()).toBe(lines ?? text);
    }
    expect((await unwrap(Buffer.from(text))).toString()).toBe(`${LINE}\n`);
  });

  test.each(['', newer(LINE)])(
    'of an object after %j, 4 MiB may come before its end',
    async (before) => {
      const pieces = (bytes: number) => {
        const begin = `{${RAW},"a":"`;
        return [`${before}${begin}${'a'.repeat(bytes - begin.length - 2)}"\t`, '}'];
      };
      const read = async (bytes: number) =>
        (await unwrap(...pieces(bytes).map((part) => Buffer.from(part)))).toString();
      const lines = `${LINE}\n`;
      expect((await read(4 * MIB - 1)) === (before && lines) + lines).toBe(true);
      const asItIs = pieces(4 * MIB)
        .join('')
        .slice(before.length);
      expect((await read(4 * MIB)) === (before && lines) + asItIs).toBe(true);
    },
  );

  test('a record may unpack to 32 MiB', async () => {
    const record = (bytes: number) => Buffer.from(newer(gzipSync(Buffer.alloc(bytes, '\n'))));
    expect(await unwrap(record(32 * MIB))).toHaveLength(32 * MIB);
    const over = record(32 * MIB + 1);
    expect((await unwrap(over)).equals(Buffer.from(`${over}\n`))).toBe(true);
  });
});

test.each(['{"rawData":7}', '{"rawData":[50,10]}', '{"rawData":null}'])(
  'raw data that is no text stays as it is: %s',
  async (text) => {
    expect((await unwrap(Buffer.from(text))).toString()).toBe(`${text}\n`);
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
