const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
const NEWLINE = 10;
/** No record that carries lines is nested so deeply, and what is would be scanned anew at every brace. */
const TOO_DEEP = 16;

/**
 * Where the JSON object that begins at `at` ends, or can be none any more (a newline in a string, RFC 8259
 * section 7; nested too deep); -1 when it does neither before `filled`.
 */
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
      else if (!isQuoted) depth += nesting(byte);
      else if (byte === NEWLINE) depth = TOO_DEEP;
      if (depth === 0 || depth === TOO_DEEP) return this.#endAt(position, depth);
    }
    this.#depth = depth;
    this.#isQuoted = isQuoted;
    this.#escaped = position - filled;
    return -1;
  }

  #endAt(position: number, depth: number): number {
    this.#hasEnded = true;
    return depth === 0 ? position + 1 : position;
  }
}

function nesting(byte: number | undefined): number {
  if (byte === OPEN) return 1;
  return byte === CLOSE ? -1 : 0;
}
