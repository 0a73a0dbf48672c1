const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

/** Where the JSON object that begins at `at` ends, or -1 when it does not end before `filled`. */
export function objectEnd(bytes: Uint8Array, at: number, filled = bytes.length): number {
  return new ObjectScan().endIn(bytes, at, filled);
}

/** Looks for the end of a JSON object whose text comes in parts. */
export class ObjectScan {
  #depth = 0;
  #isQuoted = false;
  /** Bytes of the next part that a backslash has taken. */
  #escaped = 0;
  #hasEnded = false;

  /** Where the object ends in its next part, which goes from `at` to `filled`, or -1 when it goes on. */
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
      else if (isQuoted) continue;
      else if (byte === OPEN) depth++;
      else if (byte === CLOSE && --depth === 0) {
        this.#hasEnded = true;
        return position + 1;
      }
    }
    this.#depth = depth;
    this.#isQuoted = isQuoted;
    this.#escaped = position - filled;
    return -1;
  }
}
