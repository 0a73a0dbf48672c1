import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { licensesOf, packagesOf } from './licenses.ts';
import { ROOT } from './root.ts';

const ENTRY = 'services/page/main.ts';
/** The module that stands for the script in a checkout. */
const STAND_IN = 'shared/disk/page-script.ts';

/** The script of the report's page. */
export interface PageScript {
  /** For a script element, with the licences of the packages in it. */
  readonly text: string;
  /** The files of this repository in it, relative to the checkout. */
  readonly sources: readonly string[];
}

let built: Promise<PageScript> | undefined;

/** Bundles services/page for browsers, once in a process. */
export function bundlePage(): Promise<PageScript> {
  built ??= bundle();
  return built;
}

async function bundle(): Promise<PageScript> {
  const { outputFiles, metafile } = await build({
    entryPoints: [ENTRY],
    absWorkingDir: ROOT,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [onlyWhatIsUsed],
  });
  const sources = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  // No text in a script may end its element.
  const code = outputFiles.map(({ text }) => text.trim().replaceAll('</', '<\\/')).join('');
  // A browser reads every line end as LF, before it computes the hash that the page's policy has.
  return { text: `/*\n${licensesIn(metafile)}*/${code}`.replace(/\r\n?/g, '\n'), sources };
}

/** The licences of the packages that something is left of. */
function licensesIn({ outputs }: Metafile): string {
  const inputs = Object.assign({}, ...Object.values(outputs).map((output) => output.inputs));
  const used = Object.entries<{ readonly bytesInOutput: number }>(inputs).filter(
    ([, { bytesInOutput }]) => bytesInOutput > 0,
  );
  return licensesOf(packagesOf({ inputs: Object.fromEntries(used) }));
}

/** What renders a report is pure: a module that nothing is used of can go, and its imports of Node.js with it. */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
    onResolve({ filter: /./ }, async ({ path, pluginData, kind, ...from }) => {
      if (pluginData === ENTRY || kind === 'entry-point') return undefined;
      const found = await resolve(path, { ...from, kind, pluginData: ENTRY });
      return { ...found, sideEffects: false };
    });
  },
};

/** Puts the script in place of the module that bundles it in a checkout. */
export const pageScriptInPlace: Plugin = {
  name: 'page-script-in-place',
  setup({ onLoad }) {
    onLoad({ filter: /\/shared\/disk\/page-script\.ts$/ }, async () => {
      const { text } = await bundlePage();
      return { contents: `export const pageScript = async () => ${JSON.stringify(text)};` };
    });
  },
};

/** The sources of a bundle, with those of the script if it has it. */
export async function withPageSources(sources: readonly string[]): Promise<readonly string[]> {
  if (!sources.some((path) => join('/', path).endsWith(STAND_IN))) return sources;
  return [...new Set([...sources, ...(await bundlePage()).sources])];
}
