import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { decompress, releaseBuffer } from './decompress.ts';

/** Lines that do not compress well, so that damage can hit the middle. */
const TEXT = Array.from(
  { length: 40_000 },
  (_, n) => `${n} ${(n * 2_654_435_761) % 1_000_003}\n`,
).join('');
const GZIP = gzipSync(TEXT);

async function* pieces(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size)
    yield Uint8Array.from(bytes.subarray(at, at + size));
}

/** The text, and the error after it. */
async function read(input: AsyncIterable<Uint8Array>): Promise<{ text: string; error?: string }> {
  const parts: Buffer[] = [];
  const text = () => Buffer.concat(parts).toString();
  try {
    // A copy, because a piece is only valid until the next is read.
    for await (const piece of decompress(input)) parts.push(Buffer.from(piece));
    return { text: text() };
  } catch (error) {
    return { text: text(), error: (error as Error).message };
  }
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
}

test.each([[1], [7], [64], [100_000_000]])(
  'text, gzip and gzip in gzip read the same in pieces of %i bytes',
  async (size) => {
    const text = TEXT.slice(0, 5000);
    expect(await read(pieces(Buffer.from(text), size))).toEqual({ text });
    expect(await read(pieces(gzipSync(text), size))).toEqual({ text });
    expect(await read(pieces(gzipSync(gzipSync(text)), size))).toEqual({ text });
  },
);

test('of truncated gzip in gzip, all available text is read', async () => {
  const { text, error } = await read(pieces(gzipSync(GZIP.subarray(0, -9)).subarray(0, -9), 1000));
  expect(error).toBe('damaged gzip (unexpected end of file)');
  expect(text.length).toBeGreaterThan(TEXT.length * 0.95);
});

test('gzip of several members is one text', async () => {
  const members = Buffer.concat(['a 1\n', '', TEXT, 'b 2\n'].map((text) => gzipSync(text)));
  expect(await read(pieces(members, 1000))).toEqual({ text: `a 1\n${TEXT}b 2\n` });
});

test.each([[''], ['\n'], ['ab'], ['\x1f'], ['\x1fa'], ['2 -']])(
  'the short input %j is text',
  async (text) => {
    expect(await read(pieces(Buffer.from(text, 'latin1'), 1))).toEqual({ text });
  },
);

test.each([[1000], [100_000_000]])(
  'zeros after a gzip are ignored, in pieces of %i bytes',
  async (size) => {
    const { text, error } = await read(pieces(Buffer.concat([GZIP, Buffer.alloc(1000)]), size));
    expect(error).toBeUndefined();
    expect(text === TEXT).toBe(true);
  },
);

test('garbage after gzip is damage', async () => {
  const { text, error } = await read(pieces(Buffer.concat([GZIP, Buffer.from('rubbish')])));
  expect(error).toMatch(/^damaged gzip/);
  expect(text === TEXT).toBe(true);
});

test('an input with only the second octet of gzip is text', async () => {
  expect(await read(pieces(Buffer.from('Ëa\n')))).toEqual({ text: 'Ëa\n' });
});

test('no input is no text', async () => {
  expect(await read(pieces(new Uint8Array()))).toEqual({ text: '' });
});

test.each([[0.1], [0.5], [0.9], [0.999]])(
  'of gzip truncated at %d, all available text is read',
  async (share) => {
    const cut = GZIP.subarray(0, Math.floor(GZIP.length * share));
    const there = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    const { text, error } = await read(pieces(cut));
    expect(error).toMatch(/^damaged gzip \(unexpected end of file\)$/);
    expect(text === there).toBe(true);
  },
);

test('gzip that is truncated within its header is damaged', async () => {
  expect(await read(pieces(GZIP.subarray(0, 5)))).toEqual({
    text: '',
    error: 'damaged gzip (unexpected end of file)',
  });
});

test.each([[0.2], [0.5], [0.8]])(
  'of gzip damaged at %d, a good part of the text before the damage is read, and nothing else',
  async (share) => {
    const { text, error } = await read(pieces(flipped(GZIP, Math.floor(GZIP.length * share))));
    expect(error).toMatch(/^damaged gzip \(/);
    expect(text.length).toBeGreaterThan((TEXT.length * share) / 4);
  },
);

test.each([
  ['compressed', GZIP],
  ['stored', gzipSync(TEXT, { level: 0 })],
])('a wrong checksum is an error after the whole text, %s', async (_, gzip) => {
  const { text, error } = await read(pieces(flipped(gzip, gzip.length - 8)));
  expect(error).toBe('damaged gzip (incorrect data check)');
  expect(text === TEXT).toBe(true);
});

test('damage in a later member does not affect earlier ones', async () => {
  const members = Buffer.concat([GZIP, flipped(GZIP, GZIP.length - 8)]);
  const { text, error } = await read(pieces(members));
  expect(error).toMatch(/^damaged gzip/);
  expect(text.startsWith(TEXT)).toBe(true);
});

test.each([
  ['text', Buffer.from(TEXT)],
  ['gzip', GZIP],
])('an input of %s that fails is no damaged gzip: its error comes through', async (_, bytes) => {
  async function* failing() {
    yield* pieces(bytes.subarray(0, bytes.length / 2), 1000);
    throw new Error('the disk is gone');
  }
  const { text, error } = await read(failing());
  expect(error).toBe('the disk is gone');
  expect(text.length).toBeGreaterThan(TEXT.length / 4);
});

test.each([
  ['text', Buffer.from(TEXT)],
  ['gzip', GZIP],
])('an end of reading closes the input: %s', async (_, bytes) => {
  let closed = false;
  async function* closing() {
    try {
      yield* pieces(bytes, 1000);
    } finally {
      closed = true;
    }
  }
  for await (const piece of decompress(closing())) if (piece.length > 0) break;
  expect(closed).toBe(true);
});

test('the memory of a piece is freed, and may be freed again', () => {
  const piece = new Uint8Array(8);
  releaseBuffer(piece);
  expect(piece).toHaveLength(0);
  expect(() => releaseBuffer(piece)).not.toThrow();
});
