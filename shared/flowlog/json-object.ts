const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

/** Where the JSON object that begins at `at` ends, or -1 when it does not end before `filled`. */
export function objectEnd(bytes: Uint8Array, at: number, filled = bytes.length): number {
  let depth = 0;
  let isQuoted = false;
  for (let position = at; position < filled; position++) {
    const byte = bytes[position];
    if (byte === BACKSLASH) position++;
    else if (byte === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (byte === OPEN) depth++;
    else if (byte === CLOSE && --depth === 0) return position + 1;
  }
  return -1;
}
