import { BACKSLASH, CLOSE_BRACE, NEWLINE, OPEN_BRACE, QUOTE } from '../text/ascii.ts';

/**
 * Where the JSON object that begins at `at` ends, or its line if that ends first: records are on one line, and
 * the line after one that was torn off is not part of it. -1 when neither ends before `filled`.
 */
export function objectEnd(bytes: Uint8Array, at: number, filled = bytes.length): number {
  return new ObjectScan().endIn(bytes, at, filled);
}

/** Finds the end of a JSON object whose text comes in parts. */
export class ObjectScan {
  #depth = 0;
  #isQuoted = false;
  /** Bytes at the beginning of the next part that are escaped by a backslash. */
  #escaped = 0;
  #hasEnded = false;

  /** The same for the object's next part, from `at` to `filled`: -1 when it goes on. */
  endIn(bytes: Uint8Array, at: number, filled = bytes.length): number {
    return this.#hasEnded ? at : this.#scan(bytes, at + this.#escaped, filled);
  }

  #scan(bytes: Uint8Array, from: number, filled: number): number {
    let depth = this.#depth;
    let isQuoted = this.#isQuoted;
    let position = from;
    for (; position < filled; position++) {
      const byte = bytes[position];
      if (byte === BACKSLASH) position++;
      else if (byte === QUOTE) isQuoted = !isQuoted;
      else if (byte === NEWLINE) return this.#endAt(position);
      else if (!isQuoted) depth += levelsAt(byte);
      if (depth === 0) return this.#endAt(position + 1);
    }
    this.#depth = depth;
    this.#isQuoted = isQuoted;
    this.#escaped = position - filled;
    return -1;
  }

  #endAt(position: number): number {
    this.#hasEnded = true;
    return position;
  }
}

/** By how much a byte changes the depth. */
function levelsAt(byte: number | undefined): number {
  if (byte === OPEN_BRACE) return 1;
  return byte === CLOSE_BRACE ? -1 : 0;
}
