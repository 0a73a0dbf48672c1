import { decompress, releaseBuffer } from './decompress.ts';
import { type FileParts, hasParts, keepParts } from './file-parts.ts';
import { textOf } from './file-text.ts';
import { byForm, type Form, formOf } from './form.ts';
import { isKnownField } from './format.ts';
import { lookAhead } from './look-ahead.ts';
import type { FlowSource, SourceReader } from './source.ts';
import { textSource } from './text-source.ts';

/**
 * The flow logs of a file or object in any of the forms of form.ts, plain or gzip. It can be read once. Of a
 * Parquet file that offers its parts memory holds little; of any other, all of it.
 */
export function readFlowLog(
  input: AsyncIterable<Uint8Array> | (AsyncIterable<Uint8Array> & FileParts),
): FlowSource {
  return {
    read: (reader) => (hasParts(input) ? readParts(input, reader) : readAll(input, reader)),
  };
}

/** Reads a Parquet file by its parts, and anything else from its beginning. */
function readParts(
  input: AsyncIterable<Uint8Array> & FileParts,
  reader: SourceReader,
): AsyncIterable<number> {
  return lookAhead(
    input,
    (beginning) => beginning.length >= MAGIC_BYTES,
    (beginning, whole) =>
      formOf(beginning) === 'parquet' ? readByParts(input, whole, reader) : readAll(whole, reader),
  );
}

/** `PAR1` */
const MAGIC_BYTES = 4;

async function* readByParts(
  parts: FileParts,
  whole: AsyncIterable<Uint8Array>,
  reader: SourceReader,
): AsyncGenerator<number> {
  // Ends the reading from the beginning, which would keep a connection open.
  for await (const _ of whole) break;
  yield* readParquet(parts, reader);
}

function readAll(input: AsyncIterable<Uint8Array>, reader: SourceReader): AsyncIterable<number> {
  return byForm(decompress(input), (form, pieces) => readForm(form, pieces, reader));
}

async function* readForm(
  form: Form,
  pieces: AsyncIterable<Uint8Array>,
  reader: SourceReader,
): AsyncGenerator<number> {
  if (form === 'parquet') {
    yield* readParquet(await keepParts(pieces), reader);
    return;
  }
  // A format that begins with a field of none of AWS's names describes what stands before the line.
  const isDescribed = reader.format !== undefined && !isKnownField(reader.format[0] ?? '');
  const text = textOf(form === 'times' && isDescribed ? 'text' : form, pieces);
  yield* textSource(released(text)).read(reader);
}

async function* readParquet(parts: FileParts, reader: SourceReader): AsyncGenerator<number> {
  // Loaded on use: few inputs are Parquet.
  const { parquetSource } = await import('./parquet/parquet-source.ts');
  yield* parquetSource(parts).read(reader);
}

/** The pieces, of which each gives its memory back when the next one is asked for. */
async function* released(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    releaseBuffer(piece);
  }
}
