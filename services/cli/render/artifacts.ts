import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { ROOT } from '../../../shared/disk/installation.ts';

/** A file to be uploaded. Its name has a part that differs with its content, so that a new one is a new key. */
export interface Artifact {
  readonly name: string;
  readonly content: Uint8Array;
}

const DIGEST_CHARACTERS = 16;
/** The same for every file, so that equal code makes equal zips. Local time: the fields of a zip have no zone. */
const MODIFIED = new Date(1980, 0, 1);
/** Unix, a plain file that all may read, as Lambda needs it. */
const ATTRIBUTES = { os: 3, attrs: 0o100644 << 16 } as const;

/** The zip of a bundle, `dist/…`, for Lambda. */
export async function zipOf(bundle: string): Promise<Artifact> {
  const folder = join(ROOT, bundle);
  const names = (await readdir(folder)).sort();
  const files: Zippable = {};
  for (const name of names) {
    files[name] = [await readFile(join(folder, name)), { ...ATTRIBUTES, mtime: MODIFIED }];
  }
  return artifactOf(bundle.replace('dist/', ''), 'zip', zipSync(files, { level: 9 }));
}

/** An artifact `stem-0123456789abcdef.extension`. */
export function artifactOf(stem: string, extension: string, content: Uint8Array): Artifact {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, DIGEST_CHARACTERS);
  return { name: `${stem}-${digest}.${extension}`, content };
}
