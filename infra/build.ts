import { globSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build as esbuild, type Metafile, type OutputFile } from 'esbuild';
import { writeLine } from '../shared/terminal.ts';

const ROOT = join(import.meta.dirname, '..');
const ENTRY = 'handler';

/** Sizes in bytes: code loaded before the first event, and code loaded by dynamic import. */
export interface BundleSize {
  readonly name: string;
  readonly cold: number;
  readonly lazy: number;
}

/**
 * Bundles services/<name>/handler.ts into dist/<name>/handler.mjs and returns the sizes; all services
 * that have a handler when no names are given. Two builds at once do not disturb each other.
 */
export async function build(names = servicesWithHandler()): Promise<BundleSize[]> {
  return await Promise.all(
    names.map((name) =>
      bundle(join(ROOT, 'services', name, `${ENTRY}.ts`), join(ROOT, 'dist', name)),
    ),
  );
}

/** Bundles one handler file as it is deployed: ESM, with a chunk for each dynamically imported part. */
export async function bundle(handler: string, directory: string): Promise<BundleSize> {
  const { outputFiles, metafile } = await esbuild({
    entryPoints: { [ENTRY]: handler },
    outdir: directory,
    absWorkingDir: ROOT,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Tree shaking removes more of the AWS SDK's ESM builds: client-dynamodb takes 337 KB instead of 531 KB.
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    legalComments: 'none',
    logLevel: 'warning',
  });
  await writeBundle(directory, outputFiles);
  return { name: basename(directory), ...sizes(metafile) };
}

function servicesWithHandler(): string[] {
  return globSync(`services/*/${ENTRY}.ts`, { cwd: ROOT })
    .map((file) => basename(dirname(file)))
    .sort();
}

/** Replaces each file by rename, because a test may be running this bundle. */
async function writeBundle(directory: string, files: OutputFile[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  // esbuild lists the entry first. It is written last, so that every chunk it imports exists by then.
  for (const { path, contents } of files.toReversed()) {
    const current = await readFile(path).catch(() => undefined);
    if (current?.equals(contents)) continue;
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, contents);
    await rename(draft, path);
  }
  const kept = new Set(files.map(({ path }) => basename(path)));
  const stale = (await readdir(directory)).filter(
    (file) => file.endsWith('.mjs') && !kept.has(file),
  );
  await Promise.all(stale.map((file) => rm(join(directory, file), { force: true })));
}

function sizes({ outputs }: Metafile): { cold: number; lazy: number } {
  const entry = Object.keys(outputs).find((path) => basename(path) === `${ENTRY}.mjs`);
  const loaded = new Set(entry === undefined ? [] : [entry]);
  for (const path of loaded) {
    for (const link of outputs[path]?.imports ?? []) {
      if (link.kind === 'import-statement' && !link.external) loaded.add(link.path);
    }
  }
  const bytes = (paths: Iterable<string>) =>
    [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  const cold = bytes(loaded);
  return { cold, lazy: bytes(Object.keys(outputs)) - cold };
}

if (import.meta.main) {
  const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1).padStart(8);
  writeLine('   cold KB  lazy KB  bundle');
  for (const { name, cold, lazy } of await build()) {
    writeLine(`  ${kilobytes(cold)} ${kilobytes(lazy)}  dist/${name}`);
  }
}
