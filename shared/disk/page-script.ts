import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './installation.ts';

/** The script of the report's page. In a checkout it is bundled; a bundle has the text in place of this module. */
export async function pageScript(): Promise<string> {
  const scripts: typeof import('../../infra/build-page.ts') = await import(
    pathToFileURL(join(ROOT, 'infra/build-page.ts')).href
  );
  return (await scripts.bundlePage()).text;
}
