import { access, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'there is a file of that name',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than this process may write',
  EISDIR: 'it is a folder',
  ENOENT: 'no such folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'no such folder',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

/**
 * Writes a file atomically: an earlier file stays until the new content is complete.
 * @throws Error with a sentence that names the file and the reason.
 */
export async function writeWholeFile(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await replace(await realpath(file).catch(() => file), content);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/** The error of a file or folder that cannot be written. */
export function cannotWrite(path: string, cause: unknown): Error {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new Error(`cannot write ${path}: ${REASONS[code] ?? message}`, { cause });
}

let drafts = 0;

async function replace(file: string, content: string | Uint8Array): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  // A device or a pipe is written to, not replaced. Writing to a folder fails.
  if (found !== undefined && !found.isFile()) return await writeFile(file, content);
  // A write-protected file is not replaced either.
  if (found !== undefined) await access(file, constants.W_OK);
  const draft = join(dirname(file), `.natflow-${process.pid}-${drafts++}`);
  try {
    await writeFile(draft, content, { flag: 'wx', ...(found && { mode: found.mode }) });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
