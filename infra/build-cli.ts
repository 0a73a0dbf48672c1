import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { bundleInto } from './bundle.ts';
import { ROOT } from './root.ts';

const DIRECTORY = join(ROOT, 'dist/cli');

/** What a bundler cannot follow in these packages, and what takes its place. Each stands there once. */
const EDITS = [
  {
    file: /aws-lambda-ric\/index\.mjs$/,
    from: 'cjsRequire("./rapid-client.node")',
    to: `require(${JSON.stringify(join(ROOT, 'services/local-aws/lambda/rapid-client.ts'))})`,
  },
  ...['actions', 'validations'].map((folder) => ({
    file: /dynalite\/index\.js$/,
    from: `require('./${folder}/' + action)`,
    to: `require('./${folder}/' + action + '.js')`,
  })),
];
/** dynalite's store in files, an addon. natflow keeps its tables in memory. */
const FILE_STORE = /^level$/;

/**
 * Bundles the command line into dist/cli, for the package: main.js, a chunk for each command, and runtime.js, which
 * runs the functions of `natflow start`. Returns what the bundler says of them.
 */
export async function buildCli(): Promise<Metafile> {
  return await bundleInto({
    entries: {
      main: 'services/cli/main.ts',
      runtime: 'services/local-aws/lambda/runtime.js',
    },
    directory: DIRECTORY,
    extension: '.js',
    target: 'node22',
    plugins: [packageEdits],
    // For packages in CommonJS that ask for modules of Node.js.
    banner: {
      js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);",
    },
  });
}

/** Edits packages, and takes out the store in files. */
const packageEdits: Plugin = {
  name: 'package-edits',
  setup(build) {
    build.onResolve({ filter: FILE_STORE }, ({ path }) => ({ path, namespace: 'nothing' }));
    build.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: '' }));
    build.onLoad({ filter: /(aws-lambda-ric|dynalite)\/index\.m?js$/ }, ({ path }) => {
      const edits = EDITS.filter(({ file }) => file.test(path));
      return { contents: edits.reduce(edited, readFileSync(path, 'utf8')) };
    });
  },
};

function edited(
  text: string,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`a package has not "${from}", which is edited`);
  return parts.join(to);
}
