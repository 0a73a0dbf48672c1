import { once } from 'node:events';
import { createGunzip } from 'node:zlib';
import { startsWith } from './form.ts';
import { lookAhead } from './look-ahead.ts';

/** RFC 1952 section 2.3.1. */
const GZIP = '\x1f\x8b';
/** Gzip in gzip is inflated to this depth. */
const MAX_DEPTH = 5;

/**
 * The size of the pieces of output. What a piece of input inflates to mostly fits into one: each further
 * piece is another job for zlib, which waits for the event loop.
 */
const OUTPUT_BYTES = 256 * 1024;
const FIRST_INPUT_BYTES = 1024;
/** Inflates to about 16 MB at most, as gzip shrinks data by a factor of 1,032 at most. Bounds memory. */
const LARGEST_INPUT_BYTES = 16 * 1024;
/** CRC and length at the end of a member, RFC 1952 section 2.3.1. */
const CHECKSUM_BYTES = 8;

/**
 * The uncompressed bytes of an input: plain, gzip of one or several members, or gzip in gzip. A piece is
 * valid until the next one is asked for.
 * @throws Error saying how the gzip is damaged; everything readable before has been given by then.
 */
export function decompress(
  input: AsyncIterable<Uint8Array>,
  depth = 0,
): AsyncGenerator<Uint8Array> {
  return lookAhead(
    input,
    ({ length }) => length >= GZIP.length,
    (beginning, whole) => {
      const isGzip = startsWith(beginning, GZIP) && depth < MAX_DEPTH;
      return isGzip ? decompress(gunzip(whole), depth + 1) : whole;
    },
  );
}

/**
 * Inflates one piece of input while the caller works on the output of the piece before. The output
 * of a damaged piece is lost, so pieces begin small and double: at least as much as is lost has been
 * read before.
 */
async function* gunzip(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: OUTPUT_BYTES });
  const output: Uint8Array[] = [];
  stream.on('data', (piece: Uint8Array) => output.push(piece));
  const ended = once(stream, 'end');
  ended.catch(() => {});
  const take = () => output.splice(0);
  const write = (piece: Uint8Array) => {
    const written = new Promise<void>((resolve, reject) => {
      stream.write(piece, (error) => (error ? reject(error) : resolve()));
    });
    return Promise.race([written, ended]);
  };
  let writing: Promise<unknown> = Promise.resolve();
  try {
    for await (const piece of growing(input)) {
      await writing;
      const ready = take();
      writing = write(piece);
      writing.catch(() => {});
      yield* releasing(ready);
    }
    await writing;
    yield* releasing(take());
    stream.end();
    await ended;
    yield* take();
  } catch (error) {
    await Promise.allSettled([writing]);
    yield* take();
    if (stream.errored === null) throw error;
    throw new Error(`damaged gzip (${stream.errored.message})`, { cause: error });
  } finally {
    stream.destroy();
  }
}

/** Gives the pieces, and frees the memory of each as soon as it has been read. */
function* releasing(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const piece of pieces) {
    yield piece;
    // A buffer that goes on after its piece is still being filled by zlib.
    const { buffer, byteOffset, length } = piece;
    if (byteOffset + length === buffer.byteLength) release(buffer);
  }
}

/**
 * Frees the memory of a piece that will not be read again, if the piece is all of its buffer: until the
 * garbage collector did, pieces would take tens of megabytes.
 */
export function releaseBuffer({ buffer, length }: Uint8Array): void {
  if (length === buffer.byteLength) release(buffer);
}

function release(buffer: ArrayBufferLike): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

async function* growing(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = FIRST_INPUT_BYTES;
  for await (const piece of input) {
    // The last bytes may be the checksum and come alone: if it is wrong, no text is lost with it.
    const end = Math.max(0, piece.length - CHECKSUM_BYTES);
    for (let at = 0; at < end; size = Math.min(size * 2, LARGEST_INPUT_BYTES)) {
      yield piece.subarray(at, Math.min(at + size, end));
      at += size;
    }
    yield piece.subarray(end);
  }
}
