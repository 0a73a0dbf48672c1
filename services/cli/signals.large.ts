import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { openFolder } from '../../tests/support/folder.ts';
import { openCollector } from '../../tests/support/loopback-collector.ts';
import { PATIENCE_MS, startNatflow } from '../../tests/support/run-natflow.ts';
import { startS3 } from '../../tests/support/s3.ts';

jest.setTimeout(PATIENCE_MS);

const MAIN = fileURLToPath(new URL('natflow.cjs', import.meta.url));
const HEADER = 'srcaddr dstaddr bytes\n';
const LINES = 100;
const WHOLE = HEADER + '10.0.0.1 10.0.0.2 840\n'.repeat(LINES);
/** If it were read as a complete line, it would have 84 bytes. */
const CUT = '10.0.0.1 10.0.0.2 84';
const MANY = ['--flows', '1000000000'];

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;
const folder = openFolder();

test.concurrent.each(SIGNALS)(
  'replay on %s prints the summary of what was sent, exit code %d',
  async (signal, code) => {
    const collector = await openCollector();
    const { child, ended } = startNatflow('replay', '-n', collector.target, '--json', '-');
    child.stdin?.write(WHOLE + CUT);
    await collector.received(1);
    child.kill(signal);
    const { stdout, ...rest } = await ended;
    expect(rest).toMatchObject({ code, stderr: '' });
    const { lines, flows, bytes } = JSON.parse(stdout);
    expect({ lines, flows, bytes }).toEqual({
      lines: LINES,
      flows: LINES,
      bytes: String(840 * LINES),
    });
  },
);

test.concurrent.each(SIGNALS)(
  'parse on %s prints its progress, exit code %d',
  async (signal, code) => {
    const { child, ended } = startNatflow('parse', '-');
    child.stdin?.write(WHOLE + CUT);
    await once(child.stdout ?? child, 'data');
    child.kill(signal);
    const { stdout, stderr, ...rest } = await ended;
    expect(rest.code).toBe(code);
    const lines = stdout.trimEnd().split('\n');
    expect(stderr).toBe(`natflow: interrupted after line ${lines.length} of the output\n`);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      line: LINES + 1,
      fields: { bytes: 840 },
    });
  },
);

test.concurrent.each(SIGNALS)(
  'report on %s covers the lines read so far, exit code %d',
  async (signal, code) => {
    const { child, ended } = startNatflow('report', '--json', '--nat', 'eni-1', '-');
    const lines = `interface-id ${HEADER}${'eni-1 10.0.0.1 1.1.1.1 840\n'.repeat(50_000)}eni-1 ${CUT}`;
    // More than a pipe holds, so the command is reading when all of it is written.
    await new Promise((resolve) => child.stdin?.write(lines, resolve));
    child.kill(signal);
    const { stdout, ...rest } = await ended;
    expect(rest).toMatchObject({
      code,
      stderr: 'natflow: interrupted: the report is of the lines read until then\n',
    });
    const { totals, records } = JSON.parse(stdout);
    expect(totals.bytes).toBe(840 * totals.flows);
    expect(records.malformed).toBe(0);
  },
);

test.concurrent.each(SIGNALS)('collect on %s sums up, exit code %d', async (signal, code) => {
  const { child, ended } = startNatflow('collect', '--listen', '127.0.0.1:0');
  await once(child.stderr ?? child, 'data');
  child.kill(signal);
  expect(await ended).toMatchObject({
    code,
    stderr: expect.stringMatching(/^listening on \S+\n0 flows in 0 datagrams, 0 of them faulty\n$/),
  });
});

test.concurrent.each(SIGNALS)(
  'synth on %s ends with a complete line, exit code %d',
  async (signal, code) => {
    const { child, ended } = startNatflow('synth', ...MANY);
    await once(child.stdout ?? child, 'data');
    child.kill(signal);
    const { stdout, stderr, ...rest } = await ended;
    expect(rest.code).toBe(code);
    expect(stdout.endsWith('\n')).toBe(true);
    const lines = stdout.split('\n').length - 1;
    expect(stderr).toBe(`natflow: interrupted after line ${lines} of the output\n`);
  },
);

test.concurrent('synth also reacts to a signal while it writes a file', async () => {
  const file = join(folder.path, 'synth.log');
  const output = openSync(file, 'w');
  const child = spawn(process.execPath, [MAIN, 'synth', ...MANY], {
    stdio: ['ignore', output, 'pipe'],
  });
  closeSync(output);
  const [stderr, exit] = [text(child.stderr ?? Readable.from([])), once(child, 'exit')];
  while (statSync(file).size === 0) await sleep(10);
  child.kill('SIGTERM');
  expect(await exit).toEqual([143, null]);
  expect(await stderr).toMatch(/^natflow: interrupted after line \d+ of the output\n$/);
});

test.concurrent('a wait for S3 ends with the signal, not with its time limit', async () => {
  const s3 = await startS3();
  s3.put('archive/a', WHOLE);
  s3.faults.push({ how: 'hang', after: 0 });
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: s3.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const child = spawn(process.execPath, [MAIN, 'replay', '--dry-run', 's3://archive/'], { env });
  const [stderr, exit] = [text(child.stderr), once(child, 'exit')];
  while (s3.reads.length === 0) await sleep(10);
  const signalledAt = performance.now();
  child.kill('SIGTERM');
  expect(await exit).toEqual([143, null]);
  expect(performance.now() - signalledAt).toBeLessThan(9_000);
  expect(await stderr).toMatch(/^natflow: would have sent 0 flow records [^\n]*\n$/);
  expect(s3.reads).toHaveLength(1);
  s3.stop();
});

test.concurrent('a second signal ends the command at once', async () => {
  // The output is not read, and has more than the pipe holds, so the command cannot end by itself.
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'synth', ...MANY]);
  const exit = once(child, 'exit');
  await once(child.stdout ?? child, 'readable');
  child.kill('SIGTERM');
  await once(child.stderr ?? child, 'data');
  child.kill('SIGTERM');
  expect(await exit).toEqual([null, 'SIGTERM']);
});
