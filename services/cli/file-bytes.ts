import { close, closeSync, open, openSync, read, readSync } from 'node:fs';

/** So large that reading takes little time compared with parsing. */
const READ_BYTES = 128 * 1024;

/**
 * The bytes of a file or pipe, whose size is 0, from its beginning. A piece is valid until the next one is asked for.
 * Node.js's streams take as long to load as a thousand lines take to be sent.
 * @throws the reason of the signal when it aborts.
 */
export function bytesOf(
  path: string,
  size: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  return size > 0 && size <= READ_BYTES ? readAtOnce(path) : readBeside(path, signal);
}

/** Reads a small file in this thread: threads for it would have to be started. */
async function* readAtOnce(path: string): AsyncGenerator<Uint8Array> {
  const file = openSync(path, 'r');
  const buffer = newBuffer();
  try {
    for (;;) {
      const bytes = readSync(file, buffer, 0, buffer.length, null);
      if (bytes === 0) return;
      yield buffer.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}

/** Reads the next piece while one is worked on, into the other of two buffers. */
async function* readBeside(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = await openFile(path);
  let [buffer, other] = [newBuffer(), newBuffer()];
  let reading = readInto(file, buffer);
  try {
    for (;;) {
      const bytes = await unlessAborted(reading, signal);
      if (bytes === 0) return;
      const piece = buffer.subarray(0, bytes);
      [buffer, other] = [other, buffer];
      reading = readInto(file, buffer);
      // When it fails, that is noticed when the next piece is asked for.
      reading.catch(() => {});
      yield piece;
    }
  } finally {
    // Not awaited: reading from a pipe ends when a program writes to it or closes it, which may be never.
    const end = () => close(file, () => {});
    reading.then(end, end);
  }
}

/** The bytes of a file from `from` up to `to`; fewer where it ends before. */
export async function bytesBetween(path: string, from: number, to: number): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    const bytes = new Uint8Array(to - from);
    let filled = 0;
    while (filled < bytes.length) {
      const got = await readInto(file, bytes.subarray(filled), from + filled);
      if (got === 0) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  } finally {
    close(file, () => {});
  }
}

/** Not all of its memory, because a reader frees a piece that is. */
function newBuffer(): Uint8Array {
  return new Uint8Array(READ_BYTES + 1).subarray(0, READ_BYTES);
}

function openFile(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    open(path, (error, file) => (error ? reject(error) : resolve(file)));
  });
}

/** Reads at a position, or where the last reading ended; returns how many bytes, 0 at the end. */
function readInto(
  file: number,
  bytes: Uint8Array,
  position: number | null = null,
): Promise<number> {
  return new Promise((resolve, reject) => {
    read(file, bytes, 0, bytes.length, position, (error, got) =>
      error ? reject(error) : resolve(got),
    );
  });
}

/** What comes of a promise, unless the signal aborts before. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    const end = () => signal.removeEventListener('abort', abort);
    promise.finally(end).then(resolve, reject);
  });
}
