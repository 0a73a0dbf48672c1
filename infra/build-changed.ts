import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, build } from './build.ts';

const ROOT = join(import.meta.dirname, '..');
/** What every bundle is made with: how it is built, and the packages as npm has installed them. */
const FOR_ALL = ['infra/build.ts', 'tsconfig.json', 'node_modules/.package-lock.json'];

/** What dist/<name>.json says: the bundle, and the digest of what it is made of and what was made. */
interface Built {
  readonly bundle: Bundle;
  readonly digest: string;
}

/**
 * Builds those of these bundles that have changed since they were built here, in their sources or in dist,
 * and returns all of them. For what runs on this machine; what is deployed is always built.
 */
export async function buildChanged(names: string[]): Promise<Bundle[]> {
  return await Promise.all(names.map(async (name) => (await current(name)) ?? (await renew(name))));
}

async function current(name: string): Promise<Bundle | undefined> {
  try {
    const { bundle, digest }: Built = JSON.parse(await readFile(recordOf(name), 'utf8'));
    return digest === (await digestOf(bundle)) ? bundle : undefined;
  } catch {
    // It was not built yet, or one of its files has gone.
    return undefined;
  }
}

async function renew(name: string): Promise<Bundle> {
  const [bundle] = await build([name]);
  if (bundle === undefined) throw new Error(`no bundle ${name}`);
  const built: Built = { bundle, digest: await digestOf(bundle) };
  await writeFile(recordOf(name), JSON.stringify(built));
  return bundle;
}

async function digestOf({ name, sources }: Bundle): Promise<string> {
  const outputs = globSync(`dist/${name}/*.mjs`, { cwd: ROOT }).sort();
  const paths = [...FOR_ALL, ...sources, ...outputs];
  const contents = await Promise.all(paths.map((path) => readFile(join(ROOT, path))));
  const hash = createHash('sha256');
  for (const [i, path] of paths.entries()) {
    hash.update(`${path} ${contents[i]?.length}\n`).update(contents[i] ?? '');
  }
  return hash.digest('hex');
}

function recordOf(name: string): string {
  return join(ROOT, 'dist', `${name}.json`);
}
