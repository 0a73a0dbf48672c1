import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, jest, test } from '@jest/globals';
import { openFolder } from '../support/folder.ts';
import { natflowWithFilesOf, PATIENCE_MS, startNatflow } from '../support/run-natflow.ts';
import { runStoryInto } from './start.ts';

jest.setTimeout(PATIENCE_MS);

const SMALL = ['--connections', '40'];
/** A story without a recording, which is short. */
const QUIET = ['--threshold', '1TB', ...SMALL];
const LOCK_FOLDER = import.meta.resolve('../../services/demo/folder-lock.ts');
const folder = openFolder();

test.concurrent('a folder in use by a running story is refused', async () => {
  const out = join(folder.path, 'shared');
  const args = ['--no-build', '--listen', '127.0.0.1:0', '--out', out, ...SMALL];
  const { child, ended } = startNatflow('start', ...args);
  await new Promise<void>((begun) => {
    child.stdout?.on('data', (text) => String(text).includes('10:13:00') && begun());
  });
  const before = readdirSync(out);
  const { code, stderr } = await runStoryInto(out, ...QUIET);
  expect(code).toBe(1);
  expect(stderr).toBe(
    `natflow: another natflow start writes to ${out}: wait for its end, or choose another folder with --out\n`,
  );
  expect(readdirSync(out)).toEqual(expect.arrayContaining(before));
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 130, stderr: '' });
  expect(await runStoryInto(out, ...QUIET)).toMatchObject({ code: 0, stderr: '' });
});

test.concurrent('the folder of a killed process can be used again', async () => {
  const out = join(folder.path, 'killed');
  const args = ['--no-build', '--listen', '127.0.0.1:0', '--out', out, ...SMALL];
  const { child } = startNatflow('start', ...args);
  await new Promise<void>((begun) => {
    child.stdout?.on('data', (text) => String(text).includes('10:13:00') && begun());
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await runStoryInto(out, ...QUIET)).toMatchObject({ code: 0, stderr: '' });
});

test.concurrent('only one of many concurrent processes gets a folder', async () => {
  const out = join(folder.path, 'many');
  mkdirSync(out);
  const script = `
    const { lockFolder } = await import(${JSON.stringify(LOCK_FOLDER)});
    process.stdout.write('ready\\n');
    await new Promise((go) => process.stdin.once('data', go));
    const taken = lockFolder(${JSON.stringify(out)});
    const said = await taken.then(() => 'held', (error) => error.message);
    process.stdout.write(said);
    process.stdin.resume();`;
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script]),
  );
  const said = children.map(({ stdout }) => text(stdout));
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
  const tried = children.map(({ stdout }) => once(stdout, 'data'));
  for (const { stdin } of children) stdin.write('go');
  // It keeps the folder until all processes have tried.
  await Promise.all(tried);
  for (const { stdin } of children) stdin.end();
  const all = await Promise.all(said);
  expect(all.filter((each) => each.endsWith('held'))).toHaveLength(1);
  expect(all.filter((each) => each.includes('another natflow start'))).toHaveLength(5);
});

test.concurrent.each([
  // The archive, written by the stand-in for Firehose.
  [
    512,
    /^natflow: cannot write \S+\/full-512\/\S+: the file would be larger than this process may write\n$/,
  ],
  // The page, written by the reporter to the stand-in for S3.
  [
    49_152,
    /^natflow: cannot write \S+\/archive\/reports\/\S+\.html: the file would be larger than this process may write\n$/,
  ],
])('a file that does not fit (%d bytes) ends the story with its name', async (bytes, sentence) => {
  const out = join(folder.path, `full-${bytes}`);
  const args = ['--once', '--no-build', '--speed', 'max', '--listen', '127.0.0.1:0', '--out', out];
  const { code, stderr } = await natflowWithFilesOf(bytes, 'start', ...args, ...SMALL);
  expect(stderr).toMatch(sentence);
  expect(code).toBe(1);
});

test.concurrent('a folder that cannot be created is reported', async () => {
  const file = folder.write('file', '');
  for (const [out, reason] of [
    [file, 'there is a file of that name'],
    [join(file, 'out'), 'no such folder'],
  ]) {
    const { code, stderr } = await runStoryInto(out ?? '', ...QUIET);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `natflow: cannot write ${out}: ${reason}\n`,
    });
  }
});
