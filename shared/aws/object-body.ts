import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './refusal.ts';

/** How long S3 may keep a reader waiting; times in milliseconds. */
export interface Patience {
  /** Without a byte. */
  readonly idleMs: number;
  /** In a row that bring no byte. */
  readonly attempts: number;
  /** Before the second attempt; twice as long before each further one. */
  readonly pauseMs: number;
}

export const PATIENCE: Patience = { idleMs: 10_000, attempts: 5, pauseMs: 250 };

/**
 * The bytes of an object of that length, if S3 has said it. A body that breaks off, ends early or falls
 * silent is resumed where it ended, so every byte comes once.
 * @throws Refusal of S3, and Error when attempt after attempt brings nothing.
 */
export async function* objectBody(
  { body: first, length }: { readonly body: Readable; readonly length: number | undefined },
  resume: (offset: number) => Promise<Readable>,
  { idleMs, attempts, pauseMs }: Patience,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const read = { bytes: 0 };
  let failures = 0;
  for (let body: Promise<Readable> | Readable = first; ; body = resume(read.bytes)) {
    const before = read.bytes;
    const failure = yield* piecesOf(body, idleMs, read);
    if (length === undefined ? failure === undefined : read.bytes >= length) return;
    signal?.throwIfAborted();
    failures = read.bytes > before ? 1 : failures + 1;
    if (failures >= attempts) throw gaveUp(failure, read.bytes, attempts);
    // Half of the pause is random, so that readers that failed together do not return together.
    const pause = pauseMs * 2 ** (failures - 1) * (0.5 + Math.random() / 2);
    await sleep(pause, undefined, { signal });
  }
}

/**
 * Gives a body's pieces, counts their bytes, and returns what it broke off with. Time counts only while a
 * piece is waited for, not while the reader works on one.
 */
async function* piecesOf(
  opening: Promise<Readable> | Readable,
  idleMs: number,
  read: { bytes: number },
): AsyncGenerator<Uint8Array, unknown> {
  let body: Readable | undefined;
  const stalled = () => body?.destroy(new Error(`no bytes for ${idleMs / 1000} seconds`));
  try {
    body = await opening;
    const pieces = body[Symbol.asyncIterator]();
    for (;;) {
      const timer = setTimeout(stalled, idleMs);
      const next = await pieces.next().finally(() => clearTimeout(timer));
      if (next.done) return undefined;
      read.bytes += next.value.length;
      yield next.value;
    }
  } catch (error) {
    if (error instanceof Refusal || isChecksumMismatch(error)) throw error;
    return error;
  } finally {
    body?.destroy();
  }
}

/** What has all its bytes but not S3's checksum was damaged on the way, and resuming would hide it. */
function isChecksumMismatch(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Checksum mismatch');
}

function gaveUp(cause: unknown, offset: number, attempts: number): Error {
  // A body that ends early may come without an error, and what the system says of it is no sentence.
  const isSaid = cause instanceof Error && !('code' in cause);
  const reason = isSaid ? cause.message : 'the connection broke';
  return new Error(`cannot be read beyond byte ${offset}, tried ${attempts} times: ${reason}`, {
    cause,
  });
}
