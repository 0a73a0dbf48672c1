import { NEWLINE } from '../text/ascii.ts';
import { FieldPositions } from './field-positions.ts';
import { FlowLogParser } from './parser.ts';
import { addCounts, type FlowSource, type SourceReader } from './source.ts';

/** Flow log text in pieces. */
type Text = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Flow log text as a source. A piece of it is read before the next one is asked for, and overwritten. */
export function textSource(text: Text): FlowSource {
  return { read: (reader) => readText(text, reader) };
}

async function* readText(
  text: Text,
  { fields, counts, isLineByLine = false, ...handlers }: SourceReader,
): AsyncGenerator<number> {
  const positions = fields && FieldPositions.of(fields);
  const parser = new FlowLogParser({ ...handlers, positions });
  let isWhole = false;
  try {
    for await (const piece of text) {
      for (const part of isLineByLine ? linesOf(piece) : [piece]) {
        parser.write(part);
        yield part.length;
      }
    }
    isWhole = true;
  } finally {
    if (isWhole) parser.end();
    else parser.breakOff();
    if (counts) addCounts(counts, parser.counts);
  }
}

/** The piece, cut after every newline. */
function* linesOf(piece: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < piece.length; ) {
    const end = piece.indexOf(NEWLINE, at) + 1 || piece.length;
    yield piece.subarray(at, end);
    at = end;
  }
}
