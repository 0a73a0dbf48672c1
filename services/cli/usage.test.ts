import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';
import { openFolder } from '../../tests/support/folder.ts';
import { natflowHere } from '../../tests/support/natflow-here.ts';
import { natflow, PATIENCE_MS } from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const MAIN = fileURLToPath(new URL('natflow.cjs', import.meta.url));

const folder = openFolder();
folder.write('flows.log', 'srcaddr dstaddr\n10.0.0.1 10.0.0.2\n');
folder.write('names.csv', 'ip,name\n10.0.0.1,a\n10.0.0,b\n');

/** The arguments as typed in that folder. */
function typed(line: string): string[] {
  return line
    .split(' ')
    .map((word) => (word.startsWith('./') ? join(folder.path, word.slice(2)) : word));
}

test.each([
  ['replay -n 127.0.0.1 -v 7 ./flows.log', /-v 7 is not NetFlow 5, 9 or 10 \(ipfix\)/],
  ['start -v 1', /-v 1 is not NetFlow 5, 9 or 10 \(ipfix\)/],
  ['replay ./flows.log', /needs -n host:port/],
  ['replay -n 127.0.0.1', /file/],
  ['replay --dry-runs ./flows.log', /--dry-runs.*did you mean --dry-run\?/],
  ['replay --colectors 127.0.0.1 ./flows.log', /--colectors.*did you mean --collectors\?/],
  ['parse --fromat srcaddr ./flows.log', /--fromat.*did you mean --format\?/],
  ['replay -n 127.0.0.1 ./none.log', /cannot read .*none\.log: no such file/],
  ['replay -n 127.0.0.1 ./flows.log/none', /cannot read .*none: no such file/],
  ['parse ./none.log ./', /cannot read .*none\.log: no such file/],
  ['replay -n 127.0.0.1 ./', /cannot read .*: it is a folder/],
  ['start ./none.log --once', /cannot read .*none\.log: no such file/],
  ['parse --format ${srcaddr},${dst_addr} ./flows.log', /--format.*dst-addr/],
  ['replay -n 127.0.0.1 --format Bytes ./flows.log', /--format.*"Bytes"/],
  ['replay -n 127.0.0.1 --legs x ./flows.log', /--legs x .*all, private, public/],
  ['replay -n 127.0.0.1 --rate x ./flows.log', /--rate x is not a whole number/],
  ['replay -n 127.0.0.1 --rate 0 ./flows.log', /--rate 0/],
  ['replay -n 127.0.0.1 --rate 1.5 ./flows.log', /--rate 1\.5/],
  ['start --speed x', /--speed x/],
  ['replay -n 127.0.0.1:99999 ./flows.log', /-n: "127\.0\.0\.1:99999" is not host:port/],
  ['replay -n 127.0.0.1 --domain 65536 ./flows.log', /--domain 65536 is too large/],
  [
    'report --names ./names.csv ./flows.log',
    /--names .*names\.csv: line 3: "10\.0\.0" is no address or CIDR block/,
  ],
  ['report --names ./none ./flows.log', /--names .*none: .*no such file/],
  ['report --asn ./none ./flows.log', /--asn .*none: .*no such file/],
  ['report --asn ./names.csv ./flows.log', /--asn .*names\.csv is no MMDB file, or is cut off/],
  [
    'report --group-by asn ./flows.log',
    /--group-by asn needs a database of AS numbers: --asn FILE/,
  ],
  ['synth', /--flows/],
  ['synth --flows many', /--flows many is not a whole number/],
  ['synth --flows 5 extra', /extra/],
  ['start -n 192.0.2.1:2055', /192\.0\.2\.1:2055 is another machine.*--allow-remote/],
  ['start -n 127.example:2055', /127\.example:2055 is another machine/],
  ['collect --listen 2055', /--listen/],
  ['replya', /replya.*did you mean replay\?/],
  ['record strat nat-1', /'strat' .*start, stop, list, reset/],
  ['frobnicate', /unknown command 'frobnicate'/],
])('%s: one sentence, exit code 2', async (line, sentence) => {
  const { code, stdout, stderr } = await natflowHere(...typed(line));
  expect(stderr).toMatch(/^natflow: [^\n]+\n$/);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/\. [A-Z]/);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test.each([
  ['parse', ['--since', '--until', '--account', '--profile', '--region', '--format']],
  [
    'replay',
    [
      '--since',
      '--until',
      '--account',
      '--profile',
      '--region',
      '--collectors',
      '--netflow',
      '--format',
      '--nat',
      '--legs',
      '--rate',
      '--speed',
      '--shift',
      '--domain',
      '--options',
      '--asn',
      '--dry-run',
      '--json',
      '--strict',
    ],
  ],
  ['collect', ['--listen', '--json', '--idle', '--count']],
  ['synth', ['--flows', '--seed', '--start']],
  [
    'start',
    [
      '--scenario',
      '--list',
      '--collectors',
      '--allow-remote',
      '--listen',
      '--netflow',
      '--legs',
      '--threshold',
      '--recording-time',
      '--num-of-recordings',
      '--group-by',
      '--flow-log-delay',
      '--seed',
      '--connections',
      '--speed',
      '--out',
      '--no-build',
      '--once',
      '--json',
      '--plain',
    ],
  ],
])('%s --help names every option', async (command, options) => {
  const { code, stdout, stderr } = await natflowHere(command, '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`Usage: natflow ${command} `);
  const named = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option);
  expect(named).toEqual([...options, '--help']);
});

test('an option that may be repeated does not take the input files after it', async () => {
  const vpc = folder.write('vpc.json', '{"Subnets":[]}');
  const { code, stdout, stderr } = await natflowHere(
    ...typed(`report --vpc ${vpc} --vpc ${vpc} ./flows.log`),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('records in 1 = ');
});

test('a report on what is no flow log says what is wrong with its first line', async () => {
  const { code, stdout, stderr } = await natflowHere(
    'report',
    folder.write('junk.txt', 'no flow log\n'),
  );
  expect(stderr).toMatch(
    /^natflow: line 1 of .*junk\.txt is malformed: 3 values, the format has 14/,
  );
  expect(stdout).toContain('No traffic: 1 line read, none of them a flow (1 malformed)');
  expect(code).toBe(3);
});

test('--help names every command', async () => {
  const { code, stdout } = await natflowHere('--help');
  expect(code).toBe(0);
  for (const command of ['parse', 'replay', 'collect', 'synth', 'start']) {
    expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  }
});

test('without a command, natflow prints the help, exit code 2', async () => {
  const { code, stdout, stderr } = await natflow();
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: natflow');
});

test('output that cannot be written is reported, exit code 1', async () => {
  const command = [process.execPath, MAIN, 'synth', '--flows', '1'];
  // Every file is limited to 0 bytes.
  const script = 'ulimit -f 0; exec "$@" >"$0"';
  const run = promisify(execFile)('sh', ['-c', script, folder.write('output', ''), ...command]);
  const stderr = expect.stringMatching(/^natflow: cannot write standard output: [^\n]+\n$/);
  await expect(run).rejects.toMatchObject({ code: 1, stderr });
});

test('--version prints the version', async () => {
  const { code, stdout, stderr } = await natflow('--version');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
