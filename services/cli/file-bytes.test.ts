import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openFolder } from '../../tests/support/folder.ts';
import { bytesBetween, bytesOf } from './file-bytes.ts';

const folder = openFolder();

async function allOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) {
    all.push(Buffer.from(piece));
    // A reader may write to what it has read.
    piece.fill(0);
  }
  return Buffer.concat(all);
}

test.each([1, 4096, 128 * 1024, 128 * 1024 + 1, 1_000_000])(
  'a file of %d bytes is read to its end, and by parts',
  async (size) => {
    const bytes = randomBytes(size);
    const path = folder.write(`${size}`, bytes);
    expect((await allOf(bytesOf(path, size))).equals(bytes)).toBe(true);
    // Its size was another when it was opened.
    expect((await allOf(bytesOf(path, 1))).equals(bytes)).toBe(true);
    const part = await bytesBetween(path, size >> 1, size + 7);
    expect(Buffer.from(part).equals(bytes.subarray(size >> 1))).toBe(true);
  },
);

test.each([1, 1_000_000])(
  'a file of %d bytes that is not there is said to be that',
  async (size) => {
    const none = bytesOf(`${folder.path}/none`, size);
    await expect(allOf(none)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

test('a pipe is read until its writers have closed it, and until the signal aborts', async () => {
  const path = `${folder.path}/pipe`;
  execFileSync('mkfifo', [path]);
  const interruption = new AbortController();
  const pieces = bytesOf(path, 0, interruption.signal)[Symbol.asyncIterator]();
  const first = pieces.next();
  const writer = openSync(path, 'w');
  writeSync(writer, 'one');
  expect(Buffer.from((await first).value as Uint8Array).toString()).toBe('one');
  const second = pieces.next();
  interruption.abort();
  await expect(second).rejects.toMatchObject({ name: 'AbortError' });
  // The thread that reads is waiting for it.
  writeSync(writer, 'two');
});
