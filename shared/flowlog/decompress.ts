import { gunzip } from './gunzip.ts';
import { beginsMember } from './gzip-member.ts';
import { lookAhead } from './look-ahead.ts';

/** Gzip in gzip is inflated to this depth. */
const MAX_DEPTH = 5;

/**
 * The uncompressed bytes of an input: plain, gzip, or gzip in gzip. A piece is valid until the next one is
 * asked for.
 * @throws Error saying how the gzip is damaged; everything readable before has been given by then.
 */
export function decompress(
  input: AsyncIterable<Uint8Array>,
  depth = 0,
): AsyncGenerator<Uint8Array> {
  return lookAhead(
    input,
    ({ length }) => length >= 2,
    (beginning, whole) => {
      const isGzip = beginsMember(beginning, 0) && depth < MAX_DEPTH;
      return isGzip ? decompress(gunzip(whole), depth + 1) : whole;
    },
  );
}

/**
 * Frees the memory of a piece that will not be read again, if the piece is all of its buffer: until the
 * garbage collector did, pieces would take tens of megabytes.
 */
export function releaseBuffer({ buffer, length }: Uint8Array): void {
  if (length === buffer.byteLength && buffer instanceof ArrayBuffer && !buffer.detached) {
    buffer.transfer(0);
  }
}
