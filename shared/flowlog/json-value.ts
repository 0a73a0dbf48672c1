import {
  BACKSLASH,
  BLANK,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../text/ascii.ts';

/** Deeper nesting is taken for torn: no output of AWS is as deep. */
const MAX_DEPTH = 30;

/**
 * Where the JSON object, array or string that begins at `at` ends, over several lines; undefined when it goes
 * on beyond the bytes. At a bracket that closes a list, what is left of the list's object ends. It is torn where a line ends within a string, or begins with what cannot follow.
 */
export function valueEnd(bytes: Uint8Array, at: number): number | 'torn' | undefined {
  const scan = new ValueScan(bytes);
  const isAfterList = bytes[at] === CLOSE_BRACKET;
  if (isAfterList) scan.depth = 1;
  for (let position = isAfterList ? at + 1 : at; position < bytes.length; position++) {
    position = scan.read(position);
    if (scan.isTorn) return 'torn';
    if (scan.depth === 0 && !scan.isQuoted) return position + 1;
  }
  return undefined;
}

/**
 * Where reading goes on after a value that has no end: at the next line that may begin another one. Lines that are
 * indented more than the value, which begins at this column of its line, are a part of it. Undefined when that line is
 * beyond the bytes.
 */
export function afterTorn(bytes: Uint8Array, at: number, column: number): number | undefined {
  const scan = new ValueScan(bytes, column);
  for (let position = at; position < bytes.length && scan.resumeAt < 0; position++) {
    position = scan.read(position);
  }
  return scan.resumeAt < 0 ? undefined : scan.resumeAt;
}

class ValueScan {
  depth = 0;
  isQuoted = false;
  isTorn = false;
  resumeAt = -1;
  readonly #bytes: Uint8Array;
  /** One bit for each open object or array, 1 for an array; the innermost is the lowest. */
  #arrays = 0;
  /** The last byte that is not blank. A value has begun. */
  #previous = QUOTE;
  #lineStart = -1;
  /** Where the value begins in its line. */
  readonly #column: number;

  constructor(bytes: Uint8Array, column = Number.POSITIVE_INFINITY) {
    this.#bytes = bytes;
    this.#column = column;
  }

  /** Reads the byte at `at`, or two with a backslash; returns where the last one is. */
  read(at: number): number {
    const byte = this.#bytes[at] ?? 0;
    if (this.isQuoted) return this.#readQuoted(byte, at);
    if (byte > BLANK) this.#readToken(byte, at);
    else if (byte === NEWLINE) this.#lineStart = at + 1;
    return at;
  }

  #readQuoted(byte: number, at: number): number {
    if (byte === BACKSLASH) return at + 1;
    if (byte === QUOTE) this.isQuoted = false;
    else if (byte === NEWLINE) this.#tearAtLine(at + 1);
    return at;
  }

  #readToken(byte: number, at: number): void {
    if (this.#lineStart >= 0) this.#readLineStart(byte, at);
    if (byte === QUOTE) this.isQuoted = true;
    else if (byte === COMMA) this.isTorn ||= !this.#mayFollow(byte);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#open(byte);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#close();
    this.#previous = byte;
  }

  #readLineStart(byte: number, at: number): void {
    const column = at - this.#lineStart;
    const isClosing = byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
    // At the value's own column its end stands too.
    const isOutside = column < this.#column || (column === this.#column && !isClosing);
    if (!this.#mayFollow(byte)) this.isTorn = true;
    const mayBegin = this.isTorn || byte === OPEN_BRACE || byte === OPEN_BRACKET;
    if (isOutside && mayBegin && this.resumeAt < 0) this.resumeAt = this.#lineStart;
    this.#lineStart = -1;
  }

  #tearAtLine(lineStart: number): void {
    this.isTorn = true;
    this.isQuoted = false;
    this.#lineStart = lineStart;
  }

  #open(byte: number): void {
    this.depth++;
    this.#arrays = (this.#arrays << 1) | Number(byte === OPEN_BRACKET);
    if (this.depth > MAX_DEPTH) this.isTorn = true;
  }

  #close(): void {
    this.depth--;
    this.#arrays >>>= 1;
  }

  /** Whether a token that begins with this byte may follow the one before. */
  #mayFollow(byte: number): boolean {
    const isInArray = (this.#arrays & 1) === 1;
    const isClosing = byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
    if (this.#previous === COLON) return !isClosing && byte !== COMMA;
    if (
      this.#previous === COMMA ||
      this.#previous === OPEN_BRACE ||
      this.#previous === OPEN_BRACKET
    ) {
      return isClosing || byte === QUOTE || (isInArray && byte !== COMMA);
    }
    return isClosing || byte === COMMA || byte === COLON;
  }
}
