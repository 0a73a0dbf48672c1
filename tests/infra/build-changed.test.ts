import { globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';

const DIST = join(import.meta.dirname, '../../dist');
const RECORD = join(DIST, 'macro.json');

beforeEach(async () => {
  await buildChanged(['macro']);
});

/** Whether a call builds the bundle, which writes its record again. */
async function builds(): Promise<boolean> {
  const { ino, mtimeNs } = statSync(RECORD, { bigint: true });
  await buildChanged(['macro']);
  const after = statSync(RECORD, { bigint: true });
  return after.ino !== ino || after.mtimeNs !== mtimeNs;
}

test('an unchanged bundle is not built again', async () => {
  expect(await builds()).toBe(false);
});

test.each<[string, (path: string) => void]>([
  ['is gone', rmSync],
  ['is another', (path) => writeFileSync(path, 'export {};\n')],
])('a bundle whose file %s is built again', async (_, spoil) => {
  // No test runs this bundle, so it may be broken for a moment.
  const [chunk = ''] = globSync(join(DIST, 'macro/chunk-*.mjs'));
  const built = readFileSync(chunk);
  spoil(chunk);
  expect(await builds()).toBe(true);
  expect(readFileSync(chunk).equals(built)).toBe(true);
});

test('a bundle whose sources differ from the recorded ones is built again', async () => {
  const { bundle, digest } = JSON.parse(readFileSync(RECORD, 'utf8'));
  const sources = [...bundle.sources, 'services/macro/expand.ts'];
  writeFileSync(RECORD, JSON.stringify({ bundle: { ...bundle, sources }, digest }));
  expect(await builds()).toBe(true);
});
