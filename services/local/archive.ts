import { createReadStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';

/** A bucket that is a folder: an object is a file under its key. */
export class FolderBucket {
  readonly folder: string;
  readonly #onPut: (file: string, bytes: number) => void;

  constructor(folder: string, onPut: (file: string, bytes: number) => void = () => {}) {
    this.folder = folder;
    this.#onPut = onPut;
  }

  /** Writes an object; the folders on its way are made. */
  readonly put = async (key: string, bytes: Uint8Array): Promise<void> => {
    const file = join(this.folder, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    this.#onPut(file, bytes.length);
  };

  /** The files whose keys begin so, in the order of their names. */
  async files(prefix: string): Promise<string[]> {
    const folder = join(this.folder, prefix);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  }
}

/** How many lines the gzip files hold together. */
export async function countLines(files: readonly string[]): Promise<number> {
  let lines = 0;
  for (const file of files) {
    for await (const piece of createReadStream(file).pipe(createGunzip())) {
      for (const byte of piece as Uint8Array) if (byte === 10) lines++;
    }
  }
  return lines;
}
