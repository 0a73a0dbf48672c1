import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import { openFolder } from '../support/folder.ts';
import { Sandbox } from './sandbox.ts';

const folder = openFolder();

/** A project with one source file, a test that needs its value, and a test that hangs. */
function project(): string {
  folder.write('package.json', '{"type":"module","jest":{"transform":{}}}');
  folder.write('one.js', 'export const one = 1;');
  folder.write(
    'one.test.js',
    "import { one } from './one.js';\ntest('1', () => expect(one).toBe(1));",
  );
  folder.write('hanging.test.js', "test('hangs', () => { for (;;); });");
  folder.write('.gitignore', 'node_modules\n');
  const order = 'tests/mutation/given-order.js';
  cpSync(join(ROOT, order), join(folder.path, order));
  symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'));
  execFileSync('git', ['init', '--quiet'], { cwd: folder.path });
  return folder.path;
}

test('a mutant is killed when a test fails with it, and affects neither the checkout nor the next run', async () => {
  const sandbox = new Sandbox(project());
  try {
    const mutant = { file: 'one.js', kind: '', line: 1, within: '', before: '', after: '' };
    const change = { from: 19, to: 20, replacement: '2' };
    const runs = [
      await sandbox.run(['hanging.test.js'], () => 2_000),
      await sandbox.run(['one.test.js'], () => 60_000),
      await sandbox.runMutated({ ...mutant, ...change }, ['one.test.js'], () => 60_000),
    ];
    expect(runs.map(({ outcome }) => outcome)).toEqual(['timeout', 'passed', 'failed']);
    expect(runs[2]?.output).toContain('● 1');
    expect(sandbox.read('one.js')).toBe('export const one = 1;');
    expect([...sandbox.durations().keys()]).toEqual(['one.test.js']);
  } finally {
    sandbox.remove();
  }
}, 120_000);
