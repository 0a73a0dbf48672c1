import { NEWLINE, QUOTE } from '../text/ascii.ts';

/** JSON that begins on a line of its own, as pretty-printed JSON does. */
const BEGINNINGS = ['{\n', '[\n', '{\r\n', '[\r\n'];
/** A beginning that the rest of the piece does not decide. */
const UNDECIDED = /(?:^|\n)[{[]\s*$/;
const LOOK_BYTES = 256;

/** Text that begins with lines. What follows from the first pretty-printed JSON on is what `readJson` makes of it. */
export async function* linesAndJson(
  text: AsyncIterable<Uint8Array>,
  readJson: (json: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const pieces = text[Symbol.asyncIterator]();
  let kept: Uint8Array = new Uint8Array();
  let isLineStart = true;
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    const piece = kept.length === 0 ? next.value : Buffer.concat([kept, next.value]);
    const json = jsonIn(piece, isLineStart);
    if (json >= 0) {
      yield piece.subarray(0, json);
      yield* readJson(withFirst(piece.subarray(json), pieces));
      return;
    }
    const end: number = piece.length - undecided(piece, isLineStart);
    kept = piece.slice(end);
    if (end > 0) isLineStart = piece[end - 1] === NEWLINE;
    yield end === piece.length ? piece : piece.subarray(0, end);
  }
  if (kept.length > 0) yield kept;
}

/** Where pretty-printed JSON begins, or -1. Lines of flow logs have no quotes: most pieces are not searched. */
function jsonIn({ buffer, byteOffset, length }: Uint8Array, isLineStart: boolean): number {
  const piece = Buffer.from(buffer, byteOffset, length);
  if (!piece.includes(QUOTE)) return -1;
  const found = BEGINNINGS.map((beginning) => indexOfLine(piece, beginning, isLineStart));
  return Math.min(...found.map((at) => at >>> 0)) | 0;
}

function indexOfLine(piece: Buffer, beginning: string, isLineStart: boolean): number {
  for (let at = piece.indexOf(beginning); at >= 0; at = piece.indexOf(beginning, at + 1)) {
    if (at === 0 ? isLineStart : piece[at - 1] === NEWLINE) return at;
  }
  return -1;
}

/** The number of bytes at the end of the piece that may begin JSON. */
function undecided(piece: Uint8Array, isLineStart: boolean): number {
  const end = Buffer.from(piece.subarray(-LOOK_BYTES)).toString('latin1');
  const [found = ''] = UNDECIDED.exec(end) ?? [];
  if (found === '') return 0;
  if (found.startsWith('\n')) return found.length - 1;
  return found.length === piece.length && isLineStart ? found.length : 0;
}

async function* withFirst(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
