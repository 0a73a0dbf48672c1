import { NEWLINE } from '../text/ascii.ts';

/** A longer line is handed on in parts. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/**
 * The text in pieces that end with a line; the last one is ended by a newline too. A piece is valid until the next one
 * is asked for: only the line that goes on from piece to piece is copied.
 */
export async function* wholeLines(text: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let kept: Buffer = Buffer.alloc(0);
  for await (const piece of text) {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    const first = kept.length > 0 ? piece.indexOf(NEWLINE) + 1 : 0;
    if (first > 0) yield Buffer.concat([kept, piece.subarray(0, first)]);
    if (end > first) yield Buffer.from(piece.buffer, piece.byteOffset + first, end - first);
    kept = end > 0 ? Buffer.from(piece.subarray(end)) : Buffer.concat([kept, piece]);
    if (kept.length > MAX_LINE_BYTES) {
      yield kept;
      kept = Buffer.alloc(0);
    }
  }
  if (kept.length > 0) yield Buffer.concat([kept, Buffer.of(NEWLINE)]);
}
