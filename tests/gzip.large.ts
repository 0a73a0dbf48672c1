import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { decompress } from '../shared/flowlog/decompress.ts';
import { unpackLines } from '../shared/flowlog/envelope/envelope.ts';

jest.setTimeout(120_000);

/** What gzip itself makes of a file. It exits with 2 when it leaves out what follows the last member. */
function gzip(file: Buffer): { readonly text: string; readonly isRead: boolean } {
  const { stdout, status } = spawnSync('gzip', ['-dc'], { input: file, maxBuffer: 1e8 });
  return { text: stdout.toString('latin1'), isRead: status === 0 || status === 2 };
}

async function natflow(file: Buffer, pieceBytes: number) {
  async function* pieces() {
    for (let at = 0; at < file.length; at += pieceBytes) {
      yield Uint8Array.from(file.subarray(at, at + pieceBytes));
    }
  }
  let text = '';
  try {
    for await (const piece of decompress(pieces())) text += Buffer.from(piece).toString('latin1');
  } catch (error) {
    return { text, error: (error as Error).message };
  }
  return { text };
}

const line = fc.stringMatching(/^[a-z0-9 .-]{1,99}$/).map((text) => `${text}\n`);
const member = fc.array(line, { maxLength: 30 }).map((lines) => gzipSync(lines.join('')));
const members = fc.array(member, { minLength: 1, maxLength: 3 }).map((all) => Buffer.concat(all));
const after = fc.oneof(
  fc.constantFrom('', '\0', '\0'.repeat(600), 'text', '\n', '\0\0text', '\u001f', 'PAR1'),
  fc.string({ maxLength: 20 }),
);
const pieceBytes = fc.integer({ min: 1, max: 3000 });

test('what gzip -dc gives of members and what follows them is read, in files and in records', async () => {
  await fc.assert(
    fc.asyncProperty(members, after, pieceBytes, async (file, rest, size) => {
      const whole = Buffer.concat([file, Buffer.from(rest)]);
      const { text } = gzip(whole);
      expect(await natflow(whole, size)).toEqual({ text });
      expect(unpackLines(whole, 1e6)?.toString('latin1')).toBe(text);
    }),
    { numRuns: 60 },
  );
});

test('of a file that is cut, what gzip -dc gives is read', async () => {
  const cut = fc.integer({ min: 2, max: 4000 });
  await fc.assert(
    fc.asyncProperty(members, cut, pieceBytes, async (file, length, size) => {
      const part = file.subarray(0, length);
      const expected = gzip(part);
      const read = await natflow(part, size);
      // Of the last bits before the cut, gzip may make one byte that zlib does not give.
      const sure = expected.isRead ? expected.text : expected.text.slice(0, -1);
      expect(read.text.startsWith(sure)).toBe(true);
      expect(read.error === undefined).toBe(expected.isRead);
    }),
    { numRuns: 60 },
  );
});

test('of a file with damage, the members before it are read as gzip -dc gives them', async () => {
  await fc.assert(
    fc.asyncProperty(
      ...[members, member, fc.nat(), fc.integer({ min: 1, max: 255 }), pieceBytes],
      async (before, last, at, change, size) => {
        const damaged = Buffer.from(last);
        // The four octets before are the format's: gzip takes others for formats of its own or of the future.
        const octet = 4 + (at % (last.length - 4));
        damaged[octet] = (damaged[octet] ?? 0) ^ change;
        const file = Buffer.concat([before, damaged]);
        const expected = gzip(file);
        const read = await natflow(file, size);
        const sound = gzip(before).text;
        expect(read.text.startsWith(sound)).toBe(true);
        // An error of gzip is one here too; no wrong data is taken for sound.
        if (expected.isRead) expect(read.text.startsWith(expected.text)).toBe(true);
        else expect(read.error).toMatch(/^damaged gzip \(/);
      },
    ),
    { numRuns: 60 },
  );
});
