import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Metafile, type Plugin, transform } from 'esbuild';
import { bundleInto, type Output } from './bundle.ts';
import { checkConstantExports } from './constant-exports.ts';
import { inOneFile } from './one-file.ts';
import { ROOT } from './root.ts';

const DIRECTORY = join(ROOT, 'dist/cli');
const TARGET = 'node22';

/** What a bundler cannot follow in packages, or what is not needed, and what takes its place. Each stands there once. */
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
  {
    // For commands that are programs of their own, which natflow has none of.
    file: /commander\/lib\/command\.js$/,
    from: "import childProcess from 'node:child_process';",
    to: 'const childProcess = undefined;',
  },
];
/** dynalite's store in files, an addon. natflow keeps its tables in memory. */
const FILE_STORE = /^level$/;

/**
 * Bundles the command line into dist/cli, for the package: main.js, a chunk for each command, runtime.js, which
 * runs the functions of `natflow start`, and worker.js, another thread of `natflow replay` and `natflow report`. Returns
 * what the bundler says of them.
 */
export async function buildCli(): Promise<Metafile> {
  const metafile = await bundleInto({
    entries: {
      main: 'services/cli/main.ts',
      runtime: 'services/local-aws/lambda/runtime.js',
      worker: 'services/cli/worker.js',
    },
    directory: DIRECTORY,
    extension: '.js',
    target: TARGET,
    plugins: [packageEdits],
    rewrite,
  });
  await writeFile(join(DIRECTORY, 'package.json'), '{ "type": "commonjs" }\n');
  return metafile;
}

/** Edits packages, and takes out the store in files. */
const packageEdits: Plugin = {
  name: 'package-edits',
  setup(build) {
    build.onResolve({ filter: FILE_STORE }, ({ path }) => ({ path, namespace: 'nothing' }));
    build.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: '' }));
    build.onLoad({ filter: new RegExp(EDITS.map(({ file }) => file.source).join('|')) }, edit);
  },
};

function edit({ path }: { readonly path: string }): { readonly contents: string } {
  const edits = EDITS.filter(({ file }) => file.test(path));
  const contents = edits.reduce(
    (text, { from, to }) => {
      const parts = text.split(from);
      if (parts.length !== 2) throw new Error(`${path} has not "${from}", which is edited`);
      return parts.join(to);
    },
    readFileSync(path, 'utf8'),
  );
  return { contents };
}

/** The outputs as CommonJS. What every start and a replay load is in one file. */
async function rewrite(outputs: readonly Output[], metafile: Metafile): Promise<Output[]> {
  checkConstantExports(outputs, metafile);
  const rewritten = outputs.map(async ({ path, text }) => ({ path, text: await toCommonJs(text) }));
  return inOneFile(await Promise.all(rewritten), metafile, [/^main\.js$/, /^replay-plain-/]);
}

/** What an output imports of another, at its beginning. */
const IMPORTS = /\bimport\{([^}]*)\}from("\.\/[^"]+");/g;

/**
 * Node.js loads modules in CommonJS in half the time: it reads no member of its own modules that is not used, and
 * loads one file after the other. The bundler splits ES modules alone, so that its outputs are rewritten.
 *
 * What an output takes of another it takes once, when it is loaded. If every use asked the other output, as the
 * bundler has it, the data path would take half as long again. `checkConstantExports` refuses outputs for which that
 * differs.
 */
async function toCommonJs(module: string): Promise<string> {
  const taken = module.replace(
    IMPORTS,
    (_, names: string, file) => `const{${names.replaceAll(' as ', ':')}}=require(${file});`,
  );
  const { code } = await transform(taken, {
    format: 'cjs',
    platform: 'node',
    target: TARGET,
    minify: true,
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__filename' },
  });
  return code.replace(/\bimport\(("\.\/[^"]+")\)/g, 'Promise.resolve().then(()=>require($1))');
}
