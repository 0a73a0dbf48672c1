import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { cannotWrite, writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import type { ObjectStore, ReadObject, StoredObject } from './fake-s3.ts';

/** A bucket whose objects are files in a folder: the key is the path. */
export class FolderBucket implements ObjectStore {
  readonly folder: string;
  /** The first error of writing an object. The client of the fake S3 only learns that the request failed. */
  failure: unknown;
  readonly #now: () => number;

  /** `now` is when objects are written, in Unix milliseconds. */
  constructor(folder: string, now = Date.now) {
    this.folder = folder;
    this.#now = now;
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const files = await this.files('');
    const objects = files.map(async (file) => {
      const { size, mtime } = await stat(file);
      return { key: relative(this.folder, file), size, modified: mtime };
    });
    return (await Promise.all(objects)).filter(({ key }) => key.startsWith(prefix));
  }

  async read(key: string, from: number, to?: number): Promise<ReadObject | undefined> {
    const file = this.file(key);
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return undefined;
    const { size, mtimeMs } = found;
    const body = createReadStream(file, { start: from, ...(to && { end: to - 1 }) });
    return { body, size, version: `${size} ${mtimeMs}` };
  }

  /** Writes an object, and creates the folders of its key. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const file = this.file(key);
    try {
      await mkdir(dirname(file), { recursive: true }).catch((error) => {
        throw cannotWrite(file, error);
      });
      await writeWholeFile(file, bytes);
      const modified = this.#now() / 1000;
      await utimes(file, modified, modified);
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.file(key), { force: true });
  }

  /** The path of an object. @throws RangeError when the key leads out of the folder. */
  file(key: string): string {
    if (key.split('/').includes('..')) throw new RangeError(`no key of an object: ${key}`);
    return join(this.folder, key);
  }

  /** The paths of all objects below a folder, sorted. */
  async files(folder: string): Promise<string[]> {
    const path = join(this.folder, folder);
    const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  }
}
