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

test.each([
  ['newlines', '\n'],
  ['CR LF', '\r\n'],
  ['zeros', '\0'.repeat(1000)],
  ['zeros and newlines', '\n\0\r\n'],
])('%s between members and after the last one are nothing', async (_, between) => {
  const gzip = Buffer.concat(
    ['a 1\n', '', TEXT, 'b 2\n'].flatMap((text) => [gzipSync(text), Buffer.from(between)]),
  );
  for (const size of [1, 64, 1000, 100_000_000]) {
    const { text, error } = await read(pieces(size === 1 ? gzip.subarray(0, 200) : gzip, size));
    if (size > 1) expect(error).toBeUndefined();
    expect(`a 1\n${TEXT}b 2\n`.startsWith(text)).toBe(true);
    if (size > 1) expect(text.length).toBe(TEXT.length + 8);
  }
});

test.each(['rubbish', 'r', '\nrubbish\n', '\x1f', 'x'.repeat(100_000)])(
  'text after the last member is left out, as gzip does: %.20j',
  async (rest) => {
    for (const size of [7, 1000, 100_000_000]) {
      const gzip = Buffer.concat([
        gzipSync('a 1\n'),
        gzipSync('b 2\n'),
        Buffer.from(rest, 'latin1'),
      ]);
      expect(await read(pieces(gzip, size))).toEqual({ text: 'a 1\nb 2\n' });
    }
  },
);

test.each([
  ['a name', 8, 'flows.log\0'],
  ['a comment', 16, 'of today\0'],
  ['a field of another program', 4, '\x03\0abc'],
  ['a checksum', 2, 'cc'],
  ['all of them', 30, '\x03\0abcname\0comment\0cc'],
])('a header with %s is read', async (_, flags, more) => {
  const plain = gzipSync('a 1\n');
  const member = Buffer.concat([
    plain.subarray(0, 10),
    Buffer.from(more, 'latin1'),
    plain.subarray(10),
  ]);
  member[3] = flags;
  for (const size of [1, 11, 1000]) {
    expect(await read(pieces(Buffer.concat([member, member]), size))).toEqual({
      text: 'a 1\na 1\n',
    });
  }
});

test.each([
  ['another method', 2, 'unknown compression method'],
  ['another length', -4, 'incorrect length check'],
])('a member with %s is damage, and costs no member before it', async (_, at, reason) => {
  const members = Buffer.concat([gzipSync('a 1\n'), flipped(gzipSync('b 2\n'), 0)]);
  const damagedAt = at < 0 ? members.length + at : gzipSync('a 1\n').length + at;
  members[gzipSync('a 1\n').length] = 0x1f;
  const { text, error } = await read(pieces(flipped(members, damagedAt)));
  expect(error).toBe(`damaged gzip (${reason})`);
  expect(text.startsWith('a 1\n')).toBe(true);
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
