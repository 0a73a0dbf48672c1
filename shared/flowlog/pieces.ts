import { ObjectScan } from './json-object.ts';

const NEWLINE = 10;
const BRACE = 123;
/** Bytes that may be looked at after those to be read. */
const SLACK = 16;
const FIRST_WAITING_BYTES = 64 * 1024;
/** A line longer than this is lost: subscription payloads of CloudWatch Logs stay below it. */
const LONGEST_LINE = 8 * 1024 * 1024;

/**
 * Reads the lines that are complete in the first `filled` bytes of the window, the plain ones up to
 * `end`, and returns where the rest begins; sixteen bytes more can be looked at.
 */
type Read = (window: Uint8Array, filled: number, end: number) => number;

/**
 * Text that comes in pieces of any size: `read` gets each piece where it lies; a line or JSON object
 * that the piece does not finish waits for the next one, and is read once it is complete. Of text
 * that is too long or never ends, `lose` is told once.
 */
export class Pieces {
  readonly #read: Read;
  readonly #lose: () => void;
  /** The beginning of one line or object whose end has not come yet. */
  #waiting = new Uint8Array(FIRST_WAITING_BYTES + SLACK);
  #waitingBytes = 0;
  /** What waits is this object: nothing of it is read before it has ended. */
  #object: ObjectScan | undefined;
  /** In a line that was too long: everything up to its newline belongs to it. */
  #isSkipping = false;

  constructor(read: Read, lose: () => void) {
    this.#read = read;
    this.#lose = lose;
  }

  /** Takes the next piece, which `read` may write to. */
  write(piece: Uint8Array): void {
    let at = this.#isSkipping ? this.#skipLine(piece, 0) : 0;
    while (at < piece.length) {
      at = this.#waitingBytes > 0 ? this.#continueLine(piece, at) : this.#readPiece(piece, at);
    }
  }

  /** The text is over: what waits is its last line. */
  end(): void {
    if (this.#waitingBytes > 0) this.#continueLine(Uint8Array.of(NEWLINE), 0);
    if (this.#waitingBytes > 0) this.#lose();
    this.breakOff();
  }

  /** The text broke off: the line that was cut off is none. */
  breakOff(): void {
    this.#waitingBytes = 0;
    this.#object = undefined;
    this.#isSkipping = false;
  }

  #readPiece(piece: Uint8Array, at: number): number {
    let rest = at;
    // What is looked at beyond a line has to be there: the very end is read once it has moved.
    const filled = piece.length - at - SLACK;
    if (filled > 0) {
      const window = new Uint8Array(piece.buffer, piece.byteOffset + at, filled + SLACK);
      rest += this.#read(window, filled, window.lastIndexOf(NEWLINE, filled - 1) + 1);
    }
    const next = this.#wait(piece, rest, piece.length);
    this.#readWaiting();
    return next;
  }

  /** Goes on with what waits, up to its end if the piece has it; returns where the piece goes on. */
  #continueLine(piece: Uint8Array, at: number): number {
    const object = this.#object;
    const from = object === undefined ? at : object.endIn(piece, at);
    const newline = from < 0 ? -1 : piece.indexOf(NEWLINE, from);
    const next = this.#wait(piece, at, newline < 0 ? piece.length : newline + 1);
    if (object === undefined ? newline >= 0 : from >= 0) this.#readWaiting();
    return next;
  }

  /** Keeps a part of the piece, if there is room for it, and returns where the piece goes on. */
  #wait(piece: Uint8Array, from: number, to: number): number {
    const room = LONGEST_LINE - this.#waitingBytes;
    if (to - from > room) {
      this.#lose();
      this.breakOff();
      return this.#skipLine(piece, from + room);
    }
    this.#makeRoom(this.#waitingBytes + to - from);
    this.#waiting.set(piece.subarray(from, to), this.#waitingBytes);
    this.#waitingBytes += to - from;
    return to;
  }

  #skipLine(piece: Uint8Array, from: number): number {
    const newline = piece.indexOf(NEWLINE, from);
    this.#isSkipping = newline < 0;
    return newline < 0 ? piece.length : newline + 1;
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#waiting.length - SLACK) return;
    const waiting = new Uint8Array(bytes * 2 + SLACK);
    waiting.set(this.#waiting);
    this.#waiting = waiting;
  }

  #readWaiting(): void {
    const filled = this.#waitingBytes;
    if (filled === 0) return;
    const end = this.#waiting.lastIndexOf(NEWLINE, filled - 1) + 1;
    if (end === 0 && this.#waiting[0] !== BRACE) return;
    const rest = this.#read(this.#waiting, filled, end);
    this.#waiting.copyWithin(0, rest, filled);
    this.#waitingBytes = filled - rest;
    this.#object = this.#unfinishedObject();
  }

  /** The object that waits for its end, or for the byte after it; one that did not read waits for a newline. */
  #unfinishedObject(): ObjectScan | undefined {
    if (this.#waitingBytes === 0 || this.#waiting[0] !== BRACE) return undefined;
    const object = new ObjectScan();
    const end = object.endIn(this.#waiting, 0, this.#waitingBytes);
    return end < 0 || end === this.#waitingBytes ? object : undefined;
  }
}
