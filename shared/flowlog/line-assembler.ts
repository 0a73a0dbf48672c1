import { NEWLINE, OPEN_BRACE } from '../text/ascii.ts';
import { ObjectScan } from './json-object.ts';

/** A reader of lines may look at this many bytes after those that it reads. */
const SLACK = 16;
const FIRST_KEPT_BYTES = 64 * 1024;
/** Longer lines are dropped. Subscription payloads of CloudWatch Logs are shorter. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/**
 * Reads all complete lines and objects in the first `filled` bytes of the window, and returns where the
 * rest begins. `end` is after the last newline: plain lines before it are complete. The window has at least
 * sixteen bytes after `filled`.
 */
type Read = (window: Uint8Array, filled: number, end: number) => number;

/**
 * Makes whole lines and JSON objects of text that comes in pieces of any size. `read` is called with the
 * piece itself, without a copy; a line or object whose end is not in the piece is kept, and read when its
 * end has come. `onTooLong` is called once for each line or object that is too long to be kept.
 */
export class LineAssembler {
  readonly #read: Read;
  readonly #onTooLong: () => void;
  /** The beginning of a line or object whose end has not come yet. */
  #kept = new Uint8Array(FIRST_KEPT_BYTES + SLACK);
  #keptBytes = 0;
  /** The object that is kept, if it is one: it is not read before its end has come. */
  #object: ObjectScan | undefined;
  /** Within a line that is too long: the text up to its newline is skipped. */
  #isSkipping = false;

  constructor(read: Read, onTooLong: () => void) {
    this.#read = read;
    this.#onTooLong = onTooLong;
  }

  /** Adds the next piece, which `read` may write to. */
  write(piece: Uint8Array): void {
    let at = this.#isSkipping ? this.#skipLine(piece, 0) : 0;
    while (at < piece.length) {
      at = this.#keptBytes > 0 ? this.#continueLine(piece, at) : this.#readPiece(piece, at);
    }
  }

  /** The text is over: what is kept is its last line. */
  end(): void {
    if (this.#keptBytes > 0) this.#continueLine(Uint8Array.of(NEWLINE), 0);
    if (this.#keptBytes > 0) this.#onTooLong();
    this.breakOff();
  }

  /** The text broke off: what is kept is dropped. */
  breakOff(): void {
    this.#keptBytes = 0;
    this.#object = undefined;
    this.#isSkipping = false;
  }

  #readPiece(piece: Uint8Array, at: number): number {
    let rest = at;
    // The last bytes have no slack after them here: they are kept, and read from there.
    const filled = piece.length - at - SLACK;
    if (filled > 0) {
      const window = new Uint8Array(piece.buffer, piece.byteOffset + at, filled + SLACK);
      rest += this.#read(window, filled, window.lastIndexOf(NEWLINE, filled - 1) + 1);
    }
    const next = this.#keep(piece, rest, piece.length);
    this.#readKept();
    return next;
  }

  /** Adds the piece to what is kept, up to the end of that; returns where the rest of the piece begins. */
  #continueLine(piece: Uint8Array, at: number): number {
    const object = this.#object;
    const from = object === undefined ? at : object.endIn(piece, at);
    const newline = from < 0 ? -1 : piece.indexOf(NEWLINE, from);
    const next = this.#keep(piece, at, newline < 0 ? piece.length : newline + 1);
    if (object === undefined ? newline >= 0 : from >= 0) this.#readKept();
    return next;
  }

  /** Keeps a part of the piece unless it is too long; returns where the rest of the piece begins. */
  #keep(piece: Uint8Array, from: number, to: number): number {
    const room = MAX_LINE_BYTES - this.#keptBytes;
    if (to - from > room) {
      this.#onTooLong();
      this.breakOff();
      return this.#skipLine(piece, from + room);
    }
    this.#makeRoom(this.#keptBytes + to - from);
    this.#kept.set(piece.subarray(from, to), this.#keptBytes);
    this.#keptBytes += to - from;
    return to;
  }

  #skipLine(piece: Uint8Array, from: number): number {
    const newline = piece.indexOf(NEWLINE, from);
    this.#isSkipping = newline < 0;
    return newline < 0 ? piece.length : newline + 1;
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#kept.length - SLACK) return;
    const kept = new Uint8Array(bytes * 2 + SLACK);
    kept.set(this.#kept);
    this.#kept = kept;
  }

  #readKept(): void {
    const filled = this.#keptBytes;
    if (filled === 0) return;
    const end = this.#kept.lastIndexOf(NEWLINE, filled - 1) + 1;
    if (end === 0 && this.#kept[0] !== OPEN_BRACE) return;
    const rest = this.#read(this.#kept, filled, end);
    this.#kept.copyWithin(0, rest, filled);
    this.#keptBytes = filled - rest;
    this.#object = this.#unfinishedObject();
  }

  /**
   * The object that is kept until its end and the byte after it have come; undefined for one that has
   * ended and did not read, which is kept until a newline.
   */
  #unfinishedObject(): ObjectScan | undefined {
    if (this.#keptBytes === 0 || this.#kept[0] !== OPEN_BRACE) return undefined;
    const object = new ObjectScan();
    const end = object.endIn(this.#kept, 0, this.#keptBytes);
    return end < 0 || end === this.#keptBytes ? object : undefined;
  }
}
