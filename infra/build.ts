import { globSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build as esbuild, type Metafile, type OutputFile } from 'esbuild';
import { writeLine } from '../shared/terminal.ts';
import { ROOT } from './root.ts';

const ENTRY = 'handler';

/** A bundle that was built. */
export interface Bundle {
  readonly name: string;
  /** The size in bytes of the code that is loaded before the first event. */
  readonly cold: number;
  /** The size in bytes of the code that is loaded by dynamic import. */
  readonly lazy: number;
  /** The files of this repository in it, relative to the checkout. */
  readonly sources: readonly string[];
}

/**
 * Bundles services/<name>/handler.ts into dist/<name>/handler.mjs; all services that have a handler when
 * no names are given. Two builds at once do not disturb each other.
 */
export async function build(names = servicesWithHandler()): Promise<Bundle[]> {
  return await Promise.all(
    names.map((name) =>
      bundle(join(ROOT, 'services', name, `${ENTRY}.ts`), join(ROOT, 'dist', name)),
    ),
  );
}

/** Bundles one handler file for deployment: ESM, with a chunk for each dynamic import. */
export async function bundle(handler: string, directory: string): Promise<Bundle> {
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
  const sources = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  return { name: basename(directory), ...sizes(metafile), sources };
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
