import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The root of the checkout, or of the installed package. This module is two folders below it, as is its bundle in dist/cli. */
export const ROOT = join(import.meta.dirname, '../..');

const SCRIPTS = join(ROOT, 'infra/build-changed.ts');

/** How the program is called here: a checkout has it installed for itself alone. */
export const PROGRAM = existsSync(SCRIPTS) ? 'npx natflow' : 'natflow';

/** The scripts that bundle the functions; undefined in the package, which has the bundles and no scripts. */
export async function buildScripts(): Promise<
  typeof import('../../infra/build-changed.ts') | undefined
> {
  return existsSync(SCRIPTS) ? await import(pathToFileURL(SCRIPTS).href) : undefined;
}
