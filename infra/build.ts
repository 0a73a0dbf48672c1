import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { writeLine } from '../shared/terminal.ts';
import { buildCli } from './build-cli.ts';
import { withPageSources } from './build-page.ts';
import { bundleInto } from './bundle.ts';
import { licensesOf, packagesOf } from './licenses.ts';
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
  /** The folders of the packages in it, relative to the checkout. */
  readonly packages: readonly string[];
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

/** Bundles one handler file for deployment. */
export async function bundle(handler: string, directory: string): Promise<Bundle> {
  const metafile = await bundleInto({
    entries: { [ENTRY]: handler },
    directory,
    extension: '.mjs',
    target: 'node24',
  });
  const own = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  const sources = await withPageSources(own);
  const packages = packagesOf(metafile);
  return { name: basename(directory), ...sizes(metafile, `${ENTRY}.mjs`), sources, packages };
}

function servicesWithHandler(): string[] {
  return globSync(`services/*/${ENTRY}.ts`, { cwd: ROOT })
    .map((file) => basename(dirname(file)))
    .sort();
}

/** The sizes of the outputs: of those that an entry loads statically, and of the others. */
function sizes({ outputs }: Metafile, entry: string): { cold: number; lazy: number } {
  const loaded = new Set(Object.keys(outputs).filter((path) => basename(path) === entry));
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
  const cli = await buildCli();
  const functions = await build();
  for (const { name, cold, lazy } of [...functions, { name: 'cli', ...sizes(cli, 'main.js') }]) {
    writeLine(`  ${kilobytes(cold)} ${kilobytes(lazy)}  dist/${name}`);
  }
  const packages = [...packagesOf(cli), ...functions.flatMap((each) => each.packages)];
  await writeFile(join(ROOT, 'dist/licenses.txt'), licensesOf(packages));
}
