import { expect, test } from '@jest/globals';
import { compileReader } from './compile.ts';
import { DEFAULT_FORMAT, RECORDING_FORMAT } from './format.ts';
import { sampleLines } from './prime.ts';
import { TextFlow } from './text-flow.ts';

test.each([
  ['the default format', DEFAULT_FORMAT],
  ["recordings' format", RECORDING_FORMAT],
])('the sample lines of %s are read to their end', (_, format) => {
  const reader = compileReader(format);
  for (const line of sampleLines(format)) {
    const bytes = Uint8Array.from(Buffer.from(`${line}\n${'\0'.repeat(16)}`));
    expect(reader(bytes, new DataView(bytes.buffer), 0, new TextFlow())).toBe(line.length);
  }
});
