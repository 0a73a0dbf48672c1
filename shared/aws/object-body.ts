import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './refusal.ts';

/** The limits of waiting for S3; times in milliseconds. */
export interface Patience {
  /** The longest wait for the next byte. */
  readonly idleMs: number;
  /** The most consecutive attempts without a byte. */
  readonly attempts: number;
  /** The pause before the second attempt; it doubles before each further one. */
  readonly pauseMs: number;
}

export const PATIENCE: Patience = { idleMs: 10_000, attempts: 5, pauseMs: 250 };

interface Opened {
  readonly body: Promise<Readable> | Readable;
  readonly length: number | undefined;
}

/**
 * The bytes of an object. `length` is undefined when S3 did not state it. A body that breaks off, ends early
 * or stalls is resumed where it ended, so every byte is read once.
 * @throws Refusal when S3 rejects a request, and Error when all attempts in a row bring no byte.
 */
export async function* objectBody(
  { body: first, length }: Opened,
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
    // Jitter: readers that failed at the same time do not retry at the same time.
    const pause = pauseMs * 2 ** (failures - 1) * (0.5 + Math.random() / 2);
    await sleep(pause, undefined, { signal });
  }
}

/**
 * Yields a body's pieces, counts their bytes, and returns the error that ended it. The timeout runs only while
 * a piece is awaited, not while the reader works on one.
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

/** An object that is complete but has another checksum was damaged in transit. Resuming would hide that. */
function isChecksumMismatch(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Checksum mismatch');
}

function gaveUp(cause: unknown, offset: number, attempts: number): Error {
  // A body that ends early may have no error. Messages of system errors are not sentences.
  const isSaid = cause instanceof Error && !('code' in cause);
  const reason = isSaid ? cause.message : 'the connection broke';
  return new Error(`cannot be read beyond byte ${offset}, tried ${attempts} times: ${reason}`, {
    cause,
  });
}
