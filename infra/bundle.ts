import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { pageScriptInPlace } from './build-page.ts';
import { ROOT } from './root.ts';

/** Entry files by the name of their output, and where the outputs go. */
export interface BundleOptions extends Pick<BuildOptions, 'target' | 'plugins'> {
  readonly entries: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Of the outputs. Files of the directory with this extension that are no outputs are removed. */
  readonly extension: '.js' | '.mjs';
  /** What the outputs are written as; as they are when left out. */
  readonly rewrite?: (outputs: readonly Output[], metafile: Metafile) => Promise<Output[]>;
}

/** Bundles entries as ES modules, with a chunk for each dynamic import and for what entries share. */
export async function bundleInto(options: BundleOptions): Promise<Metafile> {
  const { entries, directory, extension, rewrite, plugins = [], ...others } = options;
  const { outputFiles, metafile } = await build({
    entryPoints: { ...entries },
    outdir: directory,
    absWorkingDir: ROOT,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // Tree shaking removes more of the AWS SDK's ESM builds: client-dynamodb takes 337 KB instead of 531 KB.
    mainFields: ['module', 'main'],
    outExtension: { '.js': extension },
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [pageScriptInPlace, ...plugins],
    ...others,
  });
  await writeBundle(directory, rewrite ? await rewrite(outputFiles, metafile) : outputFiles);
  return metafile;
}

/** A file to be written. */
export interface Output {
  readonly path: string;
  readonly text: string;
}

/** Replaces each file by rename, because a test may be running this bundle. */
async function writeBundle(directory: string, files: readonly Output[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  // esbuild lists the entries first. They are written last, so that every chunk they import exists by then.
  for (const { path, text } of files.toReversed()) {
    const current = await readFile(path, 'utf8').catch(() => undefined);
    if (current === text) continue;
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, text);
    await rename(draft, path);
  }
  const kept = new Set(files.map(({ path }) => basename(path)));
  const extensions = new Set([...kept].map(extname));
  const stale = (await readdir(directory)).filter(
    (file) => extensions.has(extname(file)) && !kept.has(file),
  );
  await Promise.all(stale.map((file) => rm(join(directory, file), { force: true })));
}
