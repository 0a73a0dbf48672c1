import { expect, test } from '@jest/globals';
import { byForm } from './form.ts';

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

/** The text of an input; throws for another form. */
async function read(input: string, size: number): Promise<string> {
  let read = '';
  for await (const piece of byForm(pieces(input, size), (text) => text)) {
    read += Buffer.from(piece).toString();
  }
  return read;
}

test.each([1, 4, 1000])('Parquet is known by its first bytes, in pieces of %i', async (size) => {
  await expect(read('PAR1\x15\x04\x15\x10PAR1', size)).rejects.toThrow(
    'a Parquet file; natflow reads flow logs as text',
  );
});

test.each(['', '\n', 'PAR', 'PAR2 a', ' PAR1', 'version PAR1'])('%j is text', async (text) => {
  for (const size of [1, 1000]) expect(await read(text, size)).toBe(text);
});
