import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/** The folders of the packages that a bundle has something of, relative to the checkout. */
export function packagesOf({ inputs }: { readonly inputs: object }): string[] {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)];
}

/** The names of the packages in these folders, and the texts of their licences, each text once. */
export function licensesOf(folders: readonly string[]): string {
  const names = Map.groupBy([...new Set(folders)].sort().map(licenseOf), ({ text }) => text);
  return [...names]
    .map(([text, packages]) => `${packages.map(({ name }) => name).join('\n')}\n\n${text}\n`)
    .join('\n----\n\n');
}

function licenseOf(folder: string): { readonly name: string; readonly text: string } {
  const directory = join(ROOT, folder);
  const { name, version, license } = JSON.parse(
    readFileSync(join(directory, 'package.json'), 'utf8'),
  );
  const texts = globSync('{LICENSE,LICENCE,license,NOTICE}{,.md,.txt}', { cwd: directory })
    .sort()
    .map((file) => readFileSync(join(directory, file), 'utf8').trim());
  return { name: `${name} ${version}: ${license.type ?? license}`, text: texts.join('\n\n') };
}
