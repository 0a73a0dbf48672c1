import { once } from 'node:events';
import { crc32, createInflateRaw } from 'node:zlib';
import {
  beginsMember,
  damagedGzip,
  dataStart,
  separatorEnd,
  TRAILER_BYTES,
} from './gzip-member.ts';
import { canInflateInPlace, inflateInPlace } from './inflate-in-place.ts';
import { UnreadBytes } from './unread-bytes.ts';

/**
 * The size of the pieces of output. What a piece of input inflates to mostly fits into one: each further
 * piece is another job for zlib, which waits for the event loop.
 */
const OUTPUT_BYTES = 256 * 1024;
const FIRST_INPUT_BYTES = 1024;
/** Inflates to about 16 MB at most, as gzip shrinks data by a factor of 1,032 at most. Bounds memory. */
const LARGEST_INPUT_BYTES = 16 * 1024;
/** A longer header, which has a name or a comment, is taken for damage. Bounds memory. */
const LONGEST_HEADER_BYTES = 64 * 1024;
/** RFC 1952 section 2.3.1, CM: no other method is defined. */
const DEFLATE = 8;
const NOTHING = new Uint8Array();

/**
 * The data of all members of a gzip file. What separates members is skipped; text after the last one is left
 * out, as gzip itself does. A piece is valid until the next one is asked for.
 * @throws Error saying how the gzip is damaged; everything readable before has been given by then.
 */
export async function* gunzip(
  input: AsyncIterable<Uint8Array>,
  isInPlace = canInflateInPlace(),
): AsyncGenerator<Uint8Array> {
  const unread = new UnreadBytes(input);
  const size = { next: FIRST_INPUT_BYTES };
  // Not all of a buffer, because a reader frees a piece that is.
  const output = isInPlace ? new Uint8Array(OUTPUT_BYTES + 1).subarray(0, OUTPUT_BYTES) : undefined;
  try {
    while (await findMember(unread)) {
      await takeHeader(unread);
      yield* inflateMember(unread, size, output);
    }
  } finally {
    await unread.close();
  }
}

/** Skips what separates members; whether another one begins there. */
async function findMember(unread: UnreadBytes): Promise<boolean> {
  for (;;) {
    unread.bytes = unread.bytes.subarray(separatorEnd(unread.bytes, 0));
    if (unread.bytes.length > 1) return beginsMember(unread.bytes, 0);
    if (!(await unread.more())) return false;
  }
}

async function takeHeader(unread: UnreadBytes): Promise<void> {
  for (;;) {
    const end = dataStart(unread.bytes, 0);
    if (end <= unread.bytes.length) {
      if (unread.bytes[2] !== DEFLATE) throw damagedGzip('unknown compression method');
      unread.bytes = unread.bytes.subarray(end);
      return;
    }
    if (unread.bytes.length > LONGEST_HEADER_BYTES) throw damagedGzip('its header does not end');
    if (!(await unread.more())) throw damagedGzip('unexpected end of file');
  }
}

async function checkEnd(unread: UnreadBytes, crc: number, length: number): Promise<void> {
  while (unread.bytes.length < TRAILER_BYTES) if (!(await unread.more())) break;
  const fault = trailerFault(unread.bytes, crc, length);
  if (fault !== undefined) throw damagedGzip(fault);
  unread.bytes = unread.bytes.subarray(TRAILER_BYTES);
}

/** What is wrong with the trailer, or undefined. */
function trailerFault(bytes: Uint8Array, crc: number, length: number): string | undefined {
  if (bytes.length < TRAILER_BYTES) return 'unexpected end of file';
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint32(0, true) !== crc) return 'incorrect data check';
  return view.getUint32(4, true) === length >>> 0 ? undefined : 'incorrect length check';
}

/**
 * Gives the data of one member. The output of a damaged piece is lost, so pieces of input begin small and double: at
 * least as much as is lost has been read before.
 */
async function* inflateMember(
  unread: UnreadBytes,
  size: { next: number },
  output: Uint8Array | undefined,
): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let length = 0;
  const nextSize = () => {
    const next = size.next;
    size.next = Math.min(next * 2, LARGEST_INPUT_BYTES);
    return next;
  };
  const inflated = output
    ? inflateInPlace(unread, nextSize, output)
    : inflateInBackground(unread, nextSize);
  for await (const data of inflated) {
    crc = crc32(data, crc);
    length += data.length;
    yield data;
  }
  await checkEnd(unread, crc, length);
}

/** Inflates one piece of input while the caller works on the output of the piece before. */
async function* inflateInBackground(
  unread: UnreadBytes,
  nextSize: () => number,
): AsyncGenerator<Uint8Array> {
  const inflater = new Inflater();
  try {
    for (let ready: Uint8Array[] = []; !inflater.hasEnded || ready.length > 0; ) {
      const writing = inflater.hasEnded ? undefined : inflater.write(await unread.take(nextSize()));
      for (const data of ready) {
        yield data;
        inflater.release(data);
      }
      unread.putBack((await writing) ?? NOTHING);
      ready = inflater.take();
    }
  } catch (error) {
    yield* inflater.take();
    throw error;
  } finally {
    inflater.close();
  }
}

/** zlib, as it inflates one member in the background. */
class Inflater {
  hasEnded = false;
  readonly #stream = createInflateRaw({ chunkSize: OUTPUT_BYTES });
  readonly #ended = once(this.#stream, 'end');
  readonly #output: Uint8Array[] = [];
  #given = 0;

  constructor() {
    this.#stream.on('data', (data: Uint8Array) => this.#output.push(data));
    this.#ended.catch(() => {});
  }

  /** The data that has been inflated and was not taken yet. */
  take(): Uint8Array[] {
    return this.#output.splice(0);
  }

  /** Frees the memory of data that has been read, unless zlib is still filling the rest of it. */
  release({ buffer, byteOffset, length }: Uint8Array): void {
    const isFull = byteOffset + length === buffer.byteLength;
    if (isFull && buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
  }

  /**
   * Inflates a piece, or ends the input; gives what follows the member's data in the piece. Rejections are
   * kept until they are awaited.
   */
  write(piece: Uint8Array | undefined): Promise<Uint8Array> {
    const writing = this.#write(piece).catch((error: unknown) => {
      throw damagedGzip((this.#stream.errored ?? (error as Error)).message, error);
    });
    writing.catch(() => {});
    return writing;
  }

  async #write(piece: Uint8Array = NOTHING): Promise<Uint8Array> {
    const stream = this.#stream;
    this.#given += piece.length;
    const written = new Promise<void>((resolve, reject) => {
      const done = (error?: Error | null) => (error ? reject(error) : resolve());
      if (piece.length > 0) stream.write(piece, done);
      else stream.end(done);
    });
    await Promise.race([written, this.#ended]);
    const left = this.#given - stream.bytesWritten;
    this.hasEnded = left > 0 || piece.length === 0;
    if (this.hasEnded) await this.#ended;
    return piece.subarray(piece.length - left);
  }

  close(): void {
    this.#stream.destroy();
  }
}
