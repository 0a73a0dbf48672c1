import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { storyLines } from '../../tests/reporter/story.ts';
import { openFolder } from '../../tests/support/folder.ts';
import { natflow, natflowWithFilesOf, PATIENCE_MS } from '../../tests/support/run-natflow.ts';

jest.setTimeout(PATIENCE_MS);

const OLD = '<p>an earlier report</p>';
const opened = openFolder();
const lines = opened.write('story.log', storyLines());
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(opened.path, 'out-'));
});

/** The page is not written, which is told, and everything else is as if it had been. */
function expectOnlyThePageToFail(
  { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string },
  file: string,
  reason: string,
): void {
  expect(stdout).toContain('41.60 GiB through ');
  expect(stderr).toBe(`natflow: cannot write ${file}: ${reason}\n`);
  expect(code).toBe(1);
}

test('a page that does not fit leaves the earlier one, and the report is printed', async () => {
  const file = join(folder, 'r.html');
  writeFileSync(file, OLD);
  const ended = await natflowWithFilesOf(8192, 'report', lines, '--html', file);
  expectOnlyThePageToFail(ended, file, 'the file would be larger than this process may write');
  expect(readdirSync(folder)).toEqual(['r.html']);
  expect(readFileSync(file, 'utf8')).toBe(OLD);
});

// Only root on Linux may mount the small disk that this test fills.
const asRoot = canMount() ? test : test.skip;
asRoot('a disk that is full is said to be so (mounting one takes root)', async () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'natflow-test', folder]);
  try {
    const file = join(folder, 'r.html');
    const ended = await natflow('report', lines, '--html', file);
    expectOnlyThePageToFail(ended, file, 'the disk is full');
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    execFileSync('umount', [folder]);
  }
});

test('a folder that is not there is said to be so, and the report is printed', async () => {
  const file = join(folder, 'none', 'r.html');
  expectOnlyThePageToFail(await natflow('report', lines, '--html', file), file, 'no such folder');
});

function canMount(): boolean {
  const folder = opened.path;
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'natflow-test', folder], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
