import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite, writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import { LOCK, lockFolder } from './folder-lock.ts';

const OUTCOME = 'story.json';
/** The events that EventBridge would get, one a line. */
export const EVENTS = 'events.jsonl';
const OURS =
  /^(archive|story\.json|events\.jsonl|mail-.*\.txt|report(-\d+)?\.(html|json|svg)|[a-z]+\.log|\.natflow-.*)$/;

/** The folder of a story: until it is released no other story is told there. */
export interface OutFolder {
  /** Keeps how the story ended. */
  conclude(outcome: object): Promise<void>;
  release(): void;
}

/**
 * Takes the folder, which is made if need be, and removes what an earlier story left there.
 * @throws Error when it holds something that no story has left, another story is being told there, or it
 * cannot be written.
 */
export async function takeOutFolder(folder: string): Promise<OutFolder> {
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw cannotWrite(folder, error);
  });
  await refuseOthers(folder);
  const release = await lockFolder(folder);
  const write = (outcome: object) =>
    writeWholeFile(join(folder, OUTCOME), `${JSON.stringify(outcome, undefined, 2)}\n`);
  try {
    await clear(folder);
    await write({});
  } catch (error) {
    release();
    throw error;
  }
  return { conclude: write, release };
}

async function refuseOthers(folder: string): Promise<void> {
  const names = await readdir(folder);
  const isOurs = names.every((name) => OURS.test(name));
  if (isOurs && (names.length === 0 || names.includes(OUTCOME) || names.includes(LOCK))) return;
  throw new Error(`${folder} is no folder of stories: choose an empty one with --out`);
}

async function clear(folder: string): Promise<void> {
  const names = await readdir(folder);
  const remove = async (path: string) =>
    await rm(path, { recursive: true }).catch((error) => {
      throw cannotWrite(path, error);
    });
  await Promise.all(
    names.filter((name) => name !== LOCK).map((name) => remove(join(folder, name))),
  );
}
