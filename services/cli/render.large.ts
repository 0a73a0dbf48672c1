import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { openFolder } from '../../tests/support/folder.ts';
import { PATIENCE_MS, startNatflow } from '../../tests/support/run-natflow.ts';

jest.setTimeout(2 * PATIENCE_MS);

const folder = openFolder();

async function render(out: string) {
  const { ended } = startNatflow('render', '--out', out);
  return await ended;
}

test('the same natflow renders the same files, under names that their content gives', async () => {
  const [one, two] = [join(folder.path, 'one'), join(folder.path, 'two')];
  for (const out of [one, two]) expect(await render(out)).toMatchObject({ code: 0, stderr: '' });
  const files = readdirSync(one, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(one.length + 1))
    .sort();
  expect(files.map((file) => file.replace(/-[0-9a-f]{16}\./, '-HASH.'))).toEqual([
    'deployer-policy.json',
    ...['main.tf', 'outputs.tf', 'variables.tf', 'versions.tf'].map((name) => `terraform/${name}`),
    ...['controller', 'forwarder'].map((name) => `upload/${name}-HASH.zip`),
    'upload/natflow-HASH.template.json',
    ...['replayer', 'reporter'].map((name) => `upload/${name}-HASH.zip`),
  ]);
  for (const file of files) {
    expect(readFileSync(join(two, file)).equals(readFileSync(join(one, file)))).toBe(true);
  }
  const zip = files.find((file) => file.startsWith('upload/controller')) ?? '';
  expect(Object.keys(unzipSync(readFileSync(join(one, zip))))).toContain('handler.mjs');
  const template = files.find((file) => file.endsWith('.template.json')) ?? '';
  expect(readFileSync(join(one, template), 'utf8')).toContain(zip.replace('upload/', ''));
});

test('a folder that cannot be made is named, with exit code 1', async () => {
  const file = folder.write('taken', '');
  const { code, stderr } = await render(file);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^natflow: cannot write \S*taken\/\w+: no such folder\n$/);
});
