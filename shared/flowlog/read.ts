import { decompress, releaseBuffer } from './decompress.ts';
import { isKnownField } from './fields.ts';
import { textOf } from './file-text.ts';
import { byForm, type Form } from './form.ts';
import type { FlowSource, SourceReader } from './source.ts';
import { textSource } from './text-source.ts';

/**
 * The flow logs of a file or object in any of the forms of form.ts, plain or gzip. It can be read once.
 */
export function readFlowLog(input: AsyncIterable<Uint8Array>): FlowSource {
  return {
    read: (reader) => byForm(decompress(input), (form, pieces) => readForm(form, pieces, reader)),
  };
}

async function* readForm(
  form: Form,
  pieces: AsyncIterable<Uint8Array>,
  reader: SourceReader,
): AsyncGenerator<number> {
  if (form === 'parquet') {
    // Loaded on use: few inputs are Parquet.
    const { parquetSource } = await import('./parquet/parquet-source.ts');
    yield* parquetSource(pieces).read(reader);
    return;
  }
  // A format that begins with a field of none of AWS's names describes what stands before the line.
  const isDescribed = reader.format !== undefined && !isKnownField(reader.format[0] ?? '');
  const text = textOf(form === 'times' && isDescribed ? 'text' : form, pieces);
  yield* textSource(released(text)).read(reader);
}

/** The pieces, of which each gives its memory back when the next one is asked for. */
async function* released(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    releaseBuffer(piece);
  }
}
