import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { openFolder } from '../../tests/support/folder.ts';
import { writeWholeFile } from './write-whole-file.ts';

const { path: root } = openFolder();
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'test-'));
});

test('a file is made, and replaced with the mode that it had', async () => {
  const file = join(folder, 'a.html');
  await writeWholeFile(file, 'one');
  expect(readFileSync(file, 'utf8')).toBe('one');
  chmodSync(file, 0o640);
  await writeWholeFile(file, Buffer.from('two'));
  expect(readFileSync(file, 'utf8')).toBe('two');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['a.html']);
});

test('the file that a link leads to is replaced, and the link stays', async () => {
  const [file, link] = [join(folder, 'file'), join(folder, 'link')];
  writeFileSync(file, 'one');
  symlinkSync(file, link);
  await writeWholeFile(link, 'two');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('two');
});

test('a pipe is written to and stays one', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const [, text] = await Promise.all([writeWholeFile(pipe, 'through'), readFile(pipe, 'utf8')]);
  expect(text).toBe('through');
  expect(statSync(pipe).isFIFO()).toBe(true);
});

test.each([
  ['none/a.html', 'no such folder'],
  ['file/a.html', 'no such folder'],
  ['folder', 'it is a folder'],
])('what cannot be written is said of %s', async (name, reason) => {
  writeFileSync(join(folder, 'file'), 'x');
  mkdirSync(join(folder, 'folder'));
  const path = join(folder, name);
  await expect(writeWholeFile(path, 'x')).rejects.toThrow(`cannot write ${path}: ${reason}`);
  expect(readdirSync(folder).sort()).toEqual(['file', 'folder']);
});

// In Linux's /sys/kernel not even root can make a file; other systems have no such folder.
const inSys = existsSync('/sys/kernel') ? test : test.skip;
inSys('a folder that cannot be written is said to be so', async () => {
  await expect(writeWholeFile('/sys/kernel/a.html', 'x')).rejects.toThrow(
    /^cannot write \/sys\/kernel\/a\.html: (permission denied|the file system is read-only)$/,
  );
});

// Root may write a protected file, so there is no refusal to see as root.
const asUser = process.getuid?.() === 0 ? test.skip : test;
asUser('a file that is protected is not replaced (root may write it)', async () => {
  const file = join(folder, 'a.html');
  writeFileSync(file, 'one', { mode: 0o444 });
  await expect(writeWholeFile(file, 'two')).rejects.toThrow(
    `cannot write ${file}: permission denied`,
  );
  expect(readFileSync(file, 'utf8')).toBe('one');
});
