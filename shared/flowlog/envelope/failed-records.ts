import { BLANK, CARRIAGE_RETURN, NEWLINE, OPEN_BRACE } from '../../text/ascii.ts';
import { objectEnd } from '../json-object.ts';
import { LineAssembler } from '../line-assembler.ts';
import { lookAhead } from '../look-ahead.ts';

/** The first byte of gzip. */
const GZIP = 0x1f;
/** The member of a failed record that has the original record, in base64. */
const RAW_DATA = '"rawData"';
/** The members before it take less than this. */
const LOOK_BYTES = 64 * 1024;
/** Text, or a record that is to be read as a file is. */
interface Part {
  readonly bytes: Uint8Array;
  readonly isFile: boolean;
}

/** Reads a record as a file is read. */
type ReadFile = (record: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** The text of failed records; other text comes out as it is. */
export function unwrapRecords(
  pieces: AsyncIterable<Uint8Array>,
  readFile: ReadFile,
): AsyncGenerator<Uint8Array> {
  return lookAhead(
    pieces,
    (beginning) => looksFailed(beginning) !== undefined,
    (beginning, whole) => (looksFailed(beginning) ? readRecords(whole, readFile) : whole),
  );
}

/** Whether the first object is a failed record; undefined while too little of it is there. */
function looksFailed(text: Uint8Array): boolean | undefined {
  const look = Buffer.from(text.buffer, text.byteOffset, Math.min(text.length, LOOK_BYTES));
  const from = look.findIndex((byte) => byte > BLANK);
  if (from >= 0 && look[from] !== OPEN_BRACE) return false;
  const end = from < 0 ? -1 : objectEnd(look, from);
  if (end < 0 && look.length < LOOK_BYTES) return undefined;
  return look.subarray(0, end < 0 ? LOOK_BYTES : end).includes(RAW_DATA);
}

async function* readRecords(
  pieces: AsyncIterable<Uint8Array>,
  readFile: ReadFile,
): AsyncGenerator<Uint8Array> {
  const text = new PartReader();
  const reader = new LineAssembler(
    (window, filled, end) => text.read(window, filled, end),
    () => text.addUnreadable(),
  );
  for await (const piece of pieces) {
    reader.write(piece);
    yield* linesOf(text.take(), readFile);
  }
  reader.end();
  yield* linesOf(text.take(), readFile);
}

/** Splits text into plain lines, failed records, and other objects. */
class PartReader {
  #parts: Part[] = [];
  #isAfterObject = false;

  take(): Part[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  /** Reads all objects and lines that are complete, and returns where the rest begins. */
  read(window: Uint8Array, filled: number, end: number): number {
    let at = 0;
    for (let to = partEnd(window, at, filled, end); to > at; ) {
      if (window[at] === OPEN_BRACE) this.#addObject(window.slice(at, to));
      else this.#addLines(window.slice(at, to));
      at = to;
      to = partEnd(window, at, filled, end);
    }
    return at;
  }

  /** Stands for a line or object that was too long to be kept. */
  addUnreadable(): void {
    this.#addLines(unreadable());
  }

  #addObject(object: Uint8Array): void {
    const record = recordOf(object);
    const isFile = record !== undefined && (record[0] === GZIP || looksFailed(record) === true);
    this.#parts.push({ bytes: isFile ? record : ended(record ?? object), isFile });
    this.#isAfterObject = true;
  }

  /** Newlines after an object separate it from what follows. */
  #addLines(lines: Uint8Array): void {
    const from = this.#isAfterObject ? lines.findIndex((byte) => !isNewline(byte)) : 0;
    if (from < 0) return;
    this.#parts.push({ bytes: lines.subarray(from), isFile: false });
    this.#isAfterObject = false;
  }
}

/** Where the object at `at` ends, or the lines up to the next object; `at` when it is not complete. */
function partEnd(window: Uint8Array, at: number, filled: number, end: number): number {
  if (at < filled && window[at] === OPEN_BRACE) return Math.max(at, objectEnd(window, at, filled));
  if (at >= end) return at;
  const lines = Buffer.from(window.buffer, window.byteOffset + at, end - at);
  const next = lines.indexOf('\n{');
  return next < 0 ? end : at + next + 1;
}

function recordOf(object: Uint8Array): Buffer | undefined {
  try {
    const { rawData } = JSON.parse(Buffer.from(object).toString());
    return typeof rawData === 'string' ? Buffer.from(rawData, 'base64') : undefined;
  } catch {
    return undefined;
  }
}

async function* linesOf(parts: readonly Part[], readFile: ReadFile): AsyncGenerator<Uint8Array> {
  for (const { bytes, isFile } of parts) {
    if (isFile) yield* readRecord(bytes, readFile);
    else yield bytes;
  }
}

async function* readRecord(record: Uint8Array, readFile: ReadFile): AsyncGenerator<Uint8Array> {
  async function* once() {
    yield record;
  }
  let last: number | undefined;
  try {
    for await (const piece of readFile(once())) {
      last = piece.at(-1) ?? last;
      yield piece;
    }
    if (last !== NEWLINE) yield Uint8Array.of(NEWLINE);
  } catch {
    yield unreadable();
  }
}

/** The text with a newline at its end: what follows an object on its line is another line. */
function ended(text: Uint8Array): Uint8Array {
  const isEnded = text.length === 0 || text.at(-1) === NEWLINE;
  return isEnded ? text : Buffer.concat([text, Uint8Array.of(NEWLINE)]);
}

function isNewline(byte: number): boolean {
  return byte === NEWLINE || byte === CARRIAGE_RETURN;
}

/** One malformed line in place of what cannot be read. It ends the line that broke off before it. */
function unreadable(): Uint8Array {
  return Buffer.from(' (unreadable)\n');
}
