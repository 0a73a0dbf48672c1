import {
  BACKSLASH,
  BLANK,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../text/ascii.ts';

/** Records of AWS's logs are far less deep. */
const MAX_DEPTH = 20;

/**
 * Walks through JSON in bytes without making anything of it. Every method says whether what it is for stands there, and
 * then goes on behind it.
 */
export class JsonScan {
  /** Where the last string begins and ends, without its quotes. */
  from = 0;
  to = 0;
  #isEscaped = false;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  /** Begins with these bytes. */
  begin(bytes: Buffer, from: number, to: number): void {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
  }

  string(): boolean {
    if (!this.#take(QUOTE)) return false;
    const bytes = this.#bytes;
    this.#isEscaped = false;
    this.from = this.#at;
    for (let at = this.#at; at < this.#end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.to = at;
        this.#at = at + 1;
        return true;
      }
      if (byte !== BACKSLASH) continue;
      this.#isEscaped = true;
      at++;
    }
    return false;
  }

  /** The last string. */
  get text(): string {
    const { from, to } = this;
    return this.#isEscaped
      ? unescaped(this.#bytes, from - 1, to + 1)
      : textOf(this.#bytes, from, to);
  }

  /** Which of these words the last string is; -1 for none. */
  among(words: readonly Buffer[]): number {
    if (this.#isEscaped) return words.findIndex((word) => word.toString() === this.text);
    for (let index = 0; index < words.length; index++) {
      if (this.#is(words[index] as Buffer)) return index;
    }
    return -1;
  }

  /** An object. `value` is called for each member, whose key is the last string then, and reads its value. */
  object(value: () => boolean): boolean {
    if (!this.#take(OPEN_BRACE)) return false;
    if (this.#take(CLOSE_BRACE)) return true;
    do {
      if (!(this.string() && this.#take(COLON) && value())) return false;
    } while (this.#take(COMMA));
    return this.#take(CLOSE_BRACE);
  }

  /** A list, each of whose elements `element` reads. */
  list(element: () => boolean): boolean {
    if (!this.#take(OPEN_BRACKET)) return false;
    if (this.#take(CLOSE_BRACKET)) return true;
    do {
      if (!element()) return false;
    } while (this.#take(COMMA));
    return this.#take(CLOSE_BRACKET);
  }

  /** Any value. */
  skip(depth = 0): boolean {
    const byte = this.#next();
    if (byte === QUOTE) return this.string();
    if (depth > MAX_DEPTH) return false;
    if (byte === OPEN_BRACE) return this.object(() => this.skip(depth + 1));
    if (byte === OPEN_BRACKET) return this.list(() => this.skip(depth + 1));
    return this.#skipWord();
  }

  /** Whether a string comes next. */
  get isString(): boolean {
    return this.#next() === QUOTE;
  }

  get isList(): boolean {
    return this.#next() === OPEN_BRACKET;
  }

  get isObject(): boolean {
    return this.#next() === OPEN_BRACE;
  }

  #is(word: Buffer): boolean {
    if (this.to - this.from !== word.length) return false;
    for (let at = 0; at < word.length; at++) {
      if (this.#bytes[this.from + at] !== word[at]) return false;
    }
    return true;
  }

  /** A number, true, false or null: what they are is not checked. */
  #skipWord(): boolean {
    const begin = this.#at;
    for (; this.#at < this.#end; this.#at++) {
      const byte = this.#bytes[this.#at] as number;
      if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte <= BLANK) break;
    }
    return this.#at > begin;
  }

  #take(byte: number): boolean {
    if (this.#next() !== byte) return false;
    this.#at++;
    return true;
  }

  /** The byte at which reading goes on, behind blanks; -1 at the end. */
  #next(): number {
    while (this.#at < this.#end && (this.#bytes[this.#at] as number) <= BLANK) this.#at++;
    return this.#at < this.#end ? (this.#bytes[this.#at] as number) : -1;
  }
}

function textOf(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('utf8', from, to);
}

/** The text of a string with its quotes; nothing when its escapes are none of JSON's. */
function unescaped(bytes: Buffer, from: number, to: number): string {
  try {
    return JSON.parse(textOf(bytes, from, to));
  } catch {
    return '';
  }
}
