import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import {
  base64,
  cut,
  everyNth,
  LINE,
  newer,
  older,
  readPieces,
  WRAPPED,
} from '../../../tests/support/failed-records.ts';
import { FlowLogParser } from '../parser.ts';
import { unwrapFailed } from './envelope.ts';

jest.setTimeout(60_000);

const read = (text: string | Uint8Array, size = 1000) =>
  readPieces(cut(Buffer.from(text), everyNth(Buffer.from(text), size)));

test.each<[string, string, number]>([
  ['a record a line', `${older(WRAPPED)}\n${older(WRAPPED)}\n`, 2],
  ['blank lines before the first', `\n \r\n${newer(LINE)}`, 1],
  ['records glued together', newer(WRAPPED) + newer(LINE), 2],
  ['Windows newlines', `${newer(WRAPPED)}\r\n${older(WRAPPED)}\r\n`, 2],
  ['several lines in a record', older(`${LINE}\n${LINE}\n`), 2],
  ['gzip that is larger inside than out', newer(gzipSync(`${LINE}\n`.repeat(500))), 500],
  ['gzip in gzip', newer(gzipSync(gzipSync(`${LINE}\n`))), 1],
  ['a record that failed twice', newer(older(WRAPPED) + newer(LINE)), 2],
])('%s, in pieces of any size', async (_, text, flow) => {
  for (const size of [1, 7, 100, 100_000]) {
    expect(await read(text, size)).toMatchObject({ flow, malformed: 0, nonflow: 0 });
  }
});

test('lines of a record that are not flow logs are malformed and do not affect other records', async () => {
  const junk = older('{"ticker":"AMZN"}\n{"ticker":"X"}\n');
  const text = `${older(WRAPPED)}${junk}${older(WRAPPED)}\n${junk}\nx`;
  expect(await read(text)).toMatchObject({ flow: 2, malformed: 5 });
});

test.each([LINE, `${WRAPPED}${WRAPPED}`, '', '{', `{"a":1}\n${LINE}`, `${LINE}\n${newer(LINE)}`])(
  'other text is returned unchanged: %j',
  async (text) => {
    expect(await read(text, 3)).toMatchObject({ length: text.length });
  },
);

/** The unpacked text of these pieces. */
async function unwrap(...pieces: readonly Uint8Array[]): Promise<Buffer> {
  async function* given() {
    yield* pieces;
  }
  const out: Uint8Array[] = [];
  for await (const piece of unwrapFailed(given())) out.push(Uint8Array.from(piece));
  return Buffer.concat(out);
}

test('other text is passed on piece by piece without copying', async () => {
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

test('an empty input has no text, and empty pieces are ignored', async () => {
  const seen: Uint8Array[] = [];
  for await (const piece of unwrapFailed(cut(Buffer.alloc(0), []))) seen.push(piece);
  expect(seen).toEqual([]);
  const lines = await unwrap(Buffer.from(''), Buffer.from(newer(LINE)));
  expect(lines.toString()).toBe(`${LINE}\n`);
});

test.each(['', '\n', '\n\n'])('the separator %j between records is not text', async (between) => {
  const text = [newer(LINE), older(`${LINE}\n`), ''].join(between);
  expect((await unwrap(Buffer.from(text))).toString()).toBe(`${LINE}\n${LINE}\n`);
});

test.each(['{"a":1}\n', '{}'])('the first object decides for all: after %j', async (first) => {
  const text = first + newer(LINE);
  expect((await unwrap(Buffer.from(text))).toString()).toBe(text);
  const long = text + `${LINE}\n`.repeat(1000);
  expect((await unwrap(Buffer.from(long))).toString()).toBe(long);
});

test('blank lines between plain lines are kept, those after a record are not', async () => {
  const pieces = [newer(LINE), `\n${LINE}\n`, `\n\n${LINE}\n`];
  const text = await unwrap(...pieces.map((piece) => Buffer.from(piece)));
  expect(text.toString()).toBe(`${LINE}\n${LINE}\n\n\n${LINE}\n`);
});

test.each([
  ['64 KiB', 64 * 1024, `${LINE}\n`],
  ['a byte later, where it is not looked for', 64 * 1024 + 1, undefined],
])('the name of the raw data may end at %s', async (_, end, lines) => {
  const begin = '{"a":"';
  const filling = 'a'.repeat(end - begin.length - '","rawData"'.length);
  const text = Buffer.from(`${begin}${filling}","rawData":"${base64(LINE)}"}`);
  for (const bytes of [64 * 1024, 64 * 1024 + 1, 64 * 1024 + 5, text.length]) {
    const read = await unwrap(text.subarray(0, bytes), text.subarray(bytes));
    expect(read.toString()).toBe(lines ?? text.toString());
  }
});

test.each(['{"rawData":7}', '{"rawData":[50,10]}', '{"rawData":null}'])(
  'raw data that is not text is unchanged: %s',
  async (text) => {
    expect((await unwrap(Buffer.from(text))).toString()).toBe(`${text}\n`);
  },
);

test('an object that never ends is given up', async () => {
  const text = `${older(WRAPPED)}\n{"rawData":"${'A'.repeat(10_000_000)}`;
  expect(await read(text, 100_000)).toMatchObject({ flow: 1, malformed: 1 });
});

test('a truncated object loses only its own line', async () => {
  const text = `${older(WRAPPED)}\n{"rawData":"AAA\n${older(WRAPPED)}\n`;
  expect(await read(text, 7)).toMatchObject({ flow: 2, malformed: 1 });
});

test.each([
  ['in the middle', (gzip: Buffer) => gzip.subarray(0, -40)],
  ['in its checksum', (gzip: Buffer) => gzip.subarray(0, -5)],
  ['so that nothing is left', (gzip: Buffer) => gzip.subarray(0, 12)],
])(
  'a record whose gzip is damaged %s is read up to there, and then malformed',
  async (_, damage) => {
    const lines = Array.from({ length: 50 }, (_, i) => LINE.replace('1024', String(i * 977))).join(
      '\n',
    );
    const { flow, malformed, nonflow } = await read(
      `${newer(damage(gzipSync(`${lines}\n`)))}${newer(LINE)}`,
    );
    expect([malformed, nonflow]).toEqual([1, 0]);
    expect(flow).toBeGreaterThan(0);
  },
);

test('a record may unpack to more than fits in memory', async () => {
  const lines = gzipSync(`${LINE}\n`.repeat(200_000));
  const before = process.memoryUsage.rss();
  let flows = 0;
  const parser = new FlowLogParser({ onFlow: () => flows++ });
  for await (const piece of unwrapFailed(
    cut(Buffer.from(newer(Buffer.concat(Array(3).fill(lines)))), []),
  )) {
    parser.write(piece);
  }
  expect(flows).toBe(600_000);
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 2 ** 20);
});
