import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import { synthesize } from '../shared/flowlog/synth.ts';
import { openFolder } from './support/folder.ts';
import { natflow, PATIENCE_MS } from './support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const MIB = 1024 * 1024;
const MOST_MIB = 256;
/** The limit of the command's start, in milliseconds. */
const START_MS = 1000;
const folder = openFolder();

const member = (byte: number) => gzipSync(Buffer.alloc(64 * MIB, byte), { level: 9 });
/** 64 MiB of one byte, as gzip of a thousandth of the size. Three tests share the longest line. */
const [ZEROS, LETTERS] = [member(0), member(97)];

function bomb(of: Uint8Array, members: number): Uint8Array {
  return Buffer.concat(Array<Uint8Array>(members).fill(of));
}

const flows = [...synthesize({ flows: 4, seed: 1 })].join('');

test.concurrent.each([
  ['a gzip bomb of zeros', 'zeros.gz', () => bomb(ZEROS, 6), 0],
  ['a gzip bomb of one long line', 'line.gz', () => bomb(LETTERS, 6), 0],
  ['a gzip bomb of empty lines', 'empty.gz', () => member(10), 0],
  ['a gzip bomb in gzip', 'twice.gz', () => gzipSync(bomb(LETTERS, 6)), 0],
  [
    'a gzip bomb in a failed record',
    'failed',
    () => JSON.stringify({ rawData: Buffer.from(bomb(LETTERS, 6)).toString('base64') }),
    0,
  ],
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

const FIELDS = (flows.split('\n')[1] ?? '').split(' ');
const inField = (index: number) => (token: string) =>
  `${FIELDS.map((value, i) => (i === index ? token : value)).join(' ')}\n`;
const inLine = (token: string) => `${token}\n`;
const inMessage = (token: string) => `{"message":"${token}"}\n`;
const inOpenMessage = (token: string) => `{"message":"${token}`;

test.each<[string, string, number, (token: string) => string]>([
  ['a line of digits', '7', 4, inLine],
  ['a line of digits', '7', 16, inLine],
  ['digits without a newline', '7', 4, (token) => token],
  ['a message of digits', '7', 4, inMessage],
  ['a number', '7', 4, inField(9)],
  ['zeros before a number', '0', 4, inField(9)],
  ['a time', '7', 4, inField(10)],
  ['an address', 'f:', 4, inField(3)],
  ['a name', 'e', 4, inField(2)],
  ['a line of quotes', '"', 4, inLine],
  ['a line of braces', '{', 4, inLine],
  ['a line of braces', '{', 16, inLine],
  ['a line of objects', '{}', 4, inLine],
  ['a line of blanks', ' ', 4, inLine],
  ['a line of backslashes', '\\', 4, inLine],
  ['a line of values', '1 ', 4, inLine],
  ['a header of field names', 'srcaddr ', 4, inLine],
  ['a message of escapes that does not end', '\\n', 4, inOpenMessage],
  ['a failed record that does not end', 'A', 4, (token) => `{"rawData":"${token}`],
])(
  '%s (%j), %d MiB long, costs at most a quarter of a second per MiB',
  async (_, token, mib, place) => {
    const text = place(token.repeat((mib * MIB) / token.length));
    const path = folder.write('long.log', text);
    const { code, cpuMs } = await natflow('parse', path);
    expect([0, 3]).toContain(code);
    expect(cpuMs).toBeGreaterThan(50);
    expect(cpuMs).toBeLessThan(START_MS + mib * 250);
  },
);
