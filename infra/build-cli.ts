import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { bundleInto } from './bundle.ts';
import { ROOT } from './root.ts';

const DIRECTORY = join(ROOT, 'dist/cli');

/** aws-lambda-ric asks for its native addon in a way that the bundler does not see. */
const ADDON = 'cjsRequire("./rapid-client.node")';
const RAPID_CLIENT = join(ROOT, 'services/local-aws/lambda/rapid-client.ts');
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
    plugins: [withoutAddons],
    // For packages in CommonJS that ask for modules of Node.js.
    banner: {
      js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);",
    },
  });
}

/** Puts rapid-client.ts in the place of one addon, and nothing in the place of the other. */
const withoutAddons: Plugin = {
  name: 'without-addons',
  setup(build) {
    build.onResolve({ filter: FILE_STORE }, ({ path }) => ({ path, namespace: 'nothing' }));
    build.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: '' }));
    build.onLoad({ filter: /aws-lambda-ric\/index\.mjs$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (text.split(ADDON).length !== 2) throw new Error(`aws-lambda-ric without ${ADDON}`);
      return { contents: text.replace(ADDON, `require(${JSON.stringify(RAPID_CLIENT)})`) };
    });
  },
};
