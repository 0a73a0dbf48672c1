import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { cannotWrite } from '../../shared/disk/write-whole-file.ts';

/** The file that a process holds a folder by; it stays there, since a lock is on a file and not on its name. */
export const LOCK = '.natflow-lock';

/** SQLITE_BUSY. */
const HELD = 5;
/** Of several that try at the same moment none gets it at once. */
const RETRY_MS = 500;

/**
 * Takes a folder for this process alone and returns how to release it; the system releases it when the
 * process ends, however that may be. The lock is SQLite's, because node itself has none on files.
 * @throws Error when another process holds it.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const file = join(folder, LOCK);
  await makeFile(file);
  const lock = new DatabaseSync(file, { timeout: RETRY_MS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: number }).errcode !== HELD) throw cannotWrite(file, cause);
    const way = 'wait for its end, or choose another folder with --out';
    throw new Error(`another natflow start writes to ${folder}: ${way}`, { cause });
  }
  return () => lock.close();
}

/** SQLite does not say why it cannot. */
async function makeFile(file: string): Promise<void> {
  try {
    await (await open(file, 'a')).close();
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}
