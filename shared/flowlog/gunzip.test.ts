import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gunzip } from './gunzip.ts';
import { canInflateInPlace } from './inflate-in-place.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield Uint8Array.from(bytes.subarray(at, at + size));
  }
}

/** The text, and the error after it. */
async function read(file: Uint8Array, size: number, isInPlace: boolean) {
  let text = '';
  try {
    for await (const piece of gunzip(pieces(file, size), isInPlace)) {
      text += Buffer.from(piece).toString('latin1');
    }
    return { text };
  } catch (error) {
    return { text, error: (error as Error).message };
  }
}

/** Some text that shrinks, and some that does not. */
const member = fc
  .tuple(fc.constantFrom('', 'a', 'ACCEPT OK\n'), fc.nat({ max: 40_000 }), fc.string())
  .map(([word, times, rest]) => `${word.repeat(times)}${rest}`);
const members = fc.array(member, { minLength: 1, maxLength: 3 });
const size = fc.integer({ min: 1, max: 70_000 });
const RUNS = { numRuns: 30 };

test('this Node.js inflates in place', () => {
  expect(canInflateInPlace()).toBe(true);
});

test.each([[true], [false]])('any members are read, in place: %p', async (isInPlace) => {
  await fc.assert(
    fc.asyncProperty(members, size, async (texts, bytes) => {
      const file = Buffer.concat(texts.map((text) => gzipSync(Buffer.from(text, 'latin1'))));
      const text = texts.map((each) => Buffer.from(each, 'latin1').toString('latin1')).join('');
      expect(await read(file, bytes, isInPlace)).toEqual({ text });
    }),
    RUNS,
  );
});

test('of damaged members the same is said in place and in the background, and nothing else is read', async () => {
  const damage = fc.record({ at: fc.nat(), change: fc.nat({ max: 255 }), keep: fc.nat() });
  await fc.assert(
    fc.asyncProperty(member, damage, size, async (text, { at, change, keep }, bytes) => {
      const good = gzipSync(Buffer.from(text, 'latin1'));
      const bad = Buffer.from(good.subarray(0, 11 + (keep % good.length)));
      // The beginning says that it is gzip.
      const octet = 10 + (at % (bad.length - 10));
      bad.writeUInt8(bad.readUInt8(octet) ^ change, octet);
      const file = Buffer.concat([good, bad]);
      const inPlace = await read(file, bytes, true);
      const inBackground = await read(file, bytes, false);
      expect(inPlace.error).toBe(inBackground.error);
      const [short, long] = [inPlace.text, inBackground.text].sort((a, b) => a.length - b.length);
      expect(long?.startsWith(short ?? '')).toBe(true);
      expect(short?.startsWith(Buffer.from(text, 'latin1').toString('latin1'))).toBe(true);
    }),
    RUNS,
  );
});
