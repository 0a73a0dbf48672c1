import { once } from 'node:events';
import { createGunzip } from 'node:zlib';
import { lookAhead } from './look-ahead.ts';

/** What tells the kinds of files apart. */
const MAGIC_BYTES = 4;
/** Deeper, gzip in gzip is taken for text. */
const MAX_DEPTH = 5;

/**
 * Output comes in pieces of this size, so that what a piece of input inflates to mostly fits: every
 * further piece is a job of its own for zlib, which waits for the event loop.
 */
const OUTPUT_BYTES = 256 * 1024;
const FIRST_INPUT_BYTES = 1024;
/** Gzip shrinks a thousandfold at most: what such a piece inflates to fits into memory, twice over. */
const LARGEST_INPUT_BYTES = 16 * 1024;
/** CRC and length at the end of a member, RFC 1952 section 2.3.1. */
const CHECKSUM_BYTES = 8;

/**
 * The text of a flow log file: plain, gzip of one or several members, or gzip in gzip. A piece is valid
 * until the next one is asked for.
 * @throws Error saying what the input is instead; everything readable before has been given by then.
 */
export function decompress(
  input: AsyncIterable<Uint8Array>,
  depth = 0,
): AsyncGenerator<Uint8Array> {
  return lookAhead(
    input,
    ({ length }) => length >= MAGIC_BYTES,
    (beginning, whole) => {
      if (startsWith(beginning, 'PAR1')) {
        throw new Error('a Parquet file; natflow reads flow logs as text');
      }
      const isGzip = startsWith(beginning, '\x1f\x8b') && depth < MAX_DEPTH;
      return isGzip ? decompress(gunzip(whole), depth + 1) : whole;
    },
  );
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
}

/**
 * Inflates one piece of input while the caller works on what came out of the piece before. What
 * zlib has made of a damaged piece is lost, so pieces begin small and double: at least as much as
 * is lost has been read before.
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
      yield* lend(ready);
    }
    await writing;
    yield* lend(take());
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

/** Gives memory back as soon as it has been read: the garbage collector would let it pile up. */
function* lend(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const piece of pieces) {
    yield piece;
    // Where a piece ends before its buffer does, zlib goes on filling the rest.
    const { buffer, byteOffset, length } = piece;
    if (buffer instanceof ArrayBuffer && byteOffset + length === buffer.byteLength) free(buffer);
  }
}

/**
 * Gives back the memory of a piece that was read from a file or pipe and will not be read again: waiting
 * for the garbage collector, pieces pile up to tens of megabytes.
 */
export function giveBack({ buffer, length }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && length === buffer.byteLength) free(buffer);
}

function free(buffer: ArrayBuffer): void {
  if (!buffer.detached) buffer.transfer(0);
}

async function* growing(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = FIRST_INPUT_BYTES;
  for await (const piece of input) {
    // What may be the checksum comes alone: if it is wrong, nothing is lost with it.
    const end = Math.max(0, piece.length - CHECKSUM_BYTES);
    for (let at = 0; at < end; size = Math.min(size * 2, LARGEST_INPUT_BYTES)) {
      yield piece.subarray(at, Math.min(at + size, end));
      at += size;
    }
    yield piece.subarray(end);
  }
}
