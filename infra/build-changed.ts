import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, build } from './build.ts';
import { ROOT } from './root.ts';

/** Inputs of every bundle: the build script, the compiler's settings, and the installed packages. */
const FOR_ALL = ['infra/build.ts', 'tsconfig.json', 'node_modules/.package-lock.json'];

/** The content of dist/<name>.json: the bundle, and the digest of its inputs and outputs. */
interface Built {
  readonly bundle: Bundle;
  readonly digest: string;
}

/**
 * Returns these bundles, and rebuilds those whose sources or outputs have changed since the last build on this
 * machine. For local runs only: see buildForDeployment.
 */
export async function buildChanged(names: string[]): Promise<Bundle[]> {
  return await Promise.all(names.map(async (name) => (await current(name)) ?? (await renew(name))));
}

/** Builds all bundles anew, for a deployment. */
export async function buildForDeployment(): Promise<void> {
  await build();
}

async function current(name: string): Promise<Bundle | undefined> {
  try {
    const { bundle, digest }: Built = JSON.parse(await readFile(recordOf(name), 'utf8'));
    return digest === (await digestOf(bundle)) ? bundle : undefined;
  } catch {
    // It was not built yet, or one of its files is missing.
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
