import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openFolder } from '../../tests/support/folder.ts';
import { natflowHere } from '../../tests/support/natflow-here.ts';

const folder = openFolder();

test('a page that cannot be written is reported, and the report is printed', async () => {
  const file = join(folder.path, 'none', 'r.html');
  const lines = folder.write('flows.log', 'srcaddr dstaddr bytes\n10.0.0.1 10.0.0.2 7\n');
  const { code, stdout, stderr } = await natflowHere('report', lines, '--html', file);
  expect(stdout).toContain('records in 1 = ');
  expect(stderr).toBe(`natflow: cannot write ${file}: no such folder\n`);
  expect(code).toBe(1);
});
