import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import { synthesize } from '../shared/flowlog/synth.ts';
import { openFolder } from './support/folder.ts';
import { natflow, PATIENCE_MS } from './support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const MIB = 1024 * 1024;
const MOST_MIB = 256;
const folder = openFolder();

/** So many times 64 MiB of one byte, in a thousandth of that. */
function bomb(byte: number, members: number): Uint8Array {
  const member = gzipSync(Buffer.alloc(64 * MIB, byte), { level: 9 });
  return Buffer.concat(Array<Uint8Array>(members).fill(member));
}

const flows = [...synthesize({ flows: 4, seed: 1 })].join('');

test.concurrent.each([
  ['a gzip bomb of zeros', 'zeros.gz', () => bomb(0, 6), 0],
  ['a gzip bomb of one long line', 'line.gz', () => bomb(97, 6), 0],
  ['a gzip bomb of empty lines', 'empty.gz', () => bomb(10, 1), 0],
  [
    'a line of a megabyte among others',
    'megabyte.log',
    () => Buffer.from(`${flows}${'x'.repeat(MIB)}\n${flows}`),
    8,
  ],
  [
    'a megabyte of values',
    'values.log',
    () => Buffer.from(`${flows}${'1 '.repeat(MIB / 2)}\n${flows}`),
    8,
  ],
  [
    'a record that never ends',
    'record.log',
    () => Buffer.from(`{"message":"${'{'.repeat(9 * MIB)}`),
    0,
  ],
])('%s is read within 256 MiB', async (_, name, content, read) => {
  const path = folder.write(name, content());
  const { code, stdout, peakMib } = await natflow('replay', '--dry-run', '--json', path);
  expect([0, 3]).toContain(code);
  expect(JSON.parse(stdout).flows).toBe(read);
  expect(peakMib).toBeGreaterThan(20);
  expect(peakMib).toBeLessThan(MOST_MIB);
});
