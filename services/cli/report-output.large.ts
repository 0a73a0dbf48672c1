import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { storyLines } from '../../tests/reporter/story.ts';
import { openFolder } from '../../tests/support/folder.ts';
import {
  natflowWith,
  natflowWithFilesOf,
  natflowWithoutPrivileges,
  PATIENCE_MS,
} from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const FULL_DISK = new URL('../../tests/support/full-disk.js', import.meta.url);
const OLD = '<p>an earlier report</p>';
const opened = openFolder();
const lines = opened.write('story.log', storyLines());
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(opened.path, 'out-'));
});

/** Checks that the failure to write the page is reported, and that everything else is unchanged. */
function expectOnlyThePageToFail(
  { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string },
  file: string,
  reason: string,
): void {
  expect(stdout).toContain('41.60 GiB through ');
  expect(stderr).toBe(`natflow: cannot write ${file}: ${reason}\n`);
  expect(code).toBe(1);
}

test('a page that does not fit on the disk does not replace the earlier one, and the report is printed', async () => {
  const file = join(folder, 'r.html');
  writeFileSync(file, OLD);
  const ended = await natflowWithFilesOf(8192, 'report', lines, '--html', file);
  expectOnlyThePageToFail(ended, file, 'the file would be larger than this process may write');
  expect(readdirSync(folder)).toEqual(['r.html']);
  expect(readFileSync(file, 'utf8')).toBe(OLD);
});

test('a full disk is reported, and no partial page is left', async () => {
  const file = join(folder, 'r.html');
  const ended = await natflowWith(FULL_DISK, 'report', lines, '--html', file);
  expectOnlyThePageToFail(ended, file, 'the disk is full');
  expect(readdirSync(folder)).toEqual([]);
});

test('a write-protected page is not replaced', async () => {
  const file = join(folder, 'r.html');
  writeFileSync(file, OLD, { mode: 0o444 });
  const ended = await natflowWithoutPrivileges('report', lines, '--html', file);
  expectOnlyThePageToFail(ended, file, 'permission denied');
  expect(readFileSync(file, 'utf8')).toBe(OLD);
});

test('a folder that is not writable is reported', async () => {
  chmodSync(folder, 0o555);
  const file = join(folder, 'r.html');
  const ended = await natflowWithoutPrivileges('report', lines, '--html', file);
  expectOnlyThePageToFail(ended, file, 'permission denied');
});
