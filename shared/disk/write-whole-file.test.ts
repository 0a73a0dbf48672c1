import { execFileSync } from 'node:child_process';
import {
  chmodSync,
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
import { cannotWrite, writeWholeFile } from './write-whole-file.ts';

const { path: root } = openFolder();
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'test-'));
});

test('a file is created, and replaced with its mode preserved', async () => {
  const file = join(folder, 'a.html');
  await writeWholeFile(file, 'one');
  expect(readFileSync(file, 'utf8')).toBe('one');
  chmodSync(file, 0o640);
  await writeWholeFile(file, Buffer.from('two'));
  expect(readFileSync(file, 'utf8')).toBe('two');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['a.html']);
});

test('the target of a symbolic link is replaced, and the link stays', async () => {
  const [file, link] = [join(folder, 'file'), join(folder, 'link')];
  writeFileSync(file, 'one');
  symlinkSync(file, link);
  await writeWholeFile(link, 'two');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('two');
});

test('a pipe is written to and not replaced', async () => {
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

test.each([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EROFS', 'the file system is read-only'],
  ['EPERM', 'permission denied'],
  ['EIO', 'input/output error'],
])('an error %s is told as: %s', (code, reason) => {
  const cause = Object.assign(new Error('input/output error'), { code });
  expect(cannotWrite('a.html', cause)).toMatchObject({
    message: `cannot write a.html: ${reason}`,
    cause,
  });
});
