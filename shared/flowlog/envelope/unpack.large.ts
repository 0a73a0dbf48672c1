import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { unpackLines } from './envelope.ts';

const LIMIT = 1000;

function unpack(record: string): string | undefined {
  return unpackLines(Buffer.from(record), LIMIT)?.toString();
}

describe('less than 32 MiB of memory on the way', () => {
  const MIB_32 = 32 * 1024 * 1024;
  const inflating = (bytes: number) =>
    gzipSync(`${'a'.repeat(1023)}\n`.repeat(MIB_32 / 1024).slice(0, bytes));

  test('for inflated data', () => {
    const unpacked = (bytes: number) => unpackLines(inflating(bytes), 2 * MIB_32)?.length;
    expect([unpacked(MIB_32 - 1), unpacked(MIB_32)]).toEqual([MIB_32, undefined]);
  });

  test('for many members of gzip, 256 bytes each at least', () => {
    const large = gzipSync(Buffer.alloc(MIB_32 - 1 - 100 * 256, 'a\n'));
    const members = (count: number) =>
      Buffer.concat([large, ...Array<Buffer>(count).fill(gzipSync(''))]);
    expect(unpackLines(members(100), MIB_32)).toBeDefined();
    expect(unpackLines(members(101), MIB_32)).toBeUndefined();
  });

  test.each([',', '[', '{'])('for JSON text, 256 bytes and 64 for each value: %s', (sign) => {
    // The object, its comma, and the signs in the text count.
    const most = (MIB_32 - 256) / 64;
    const withValues = (values: number) =>
      JSON.stringify({ messageType: 'CONTROL_MESSAGE', text: sign.repeat(values - 2) });
    expect(unpack(withValues(most - 1))).toBe('');
    expect(unpack(withValues(most))).toBeUndefined();
  });

  test('for many JSON texts, each of one value', () => {
    const most = Math.floor(MIB_32 / (256 + 64));
    const texts = (count: number) => '{"messageType":"CONTROL_MESSAGE"}'.repeat(count);
    expect(unpack(texts(most))).toBe('');
    expect(unpack(texts(most + 1))).toBeUndefined();
  });
});
