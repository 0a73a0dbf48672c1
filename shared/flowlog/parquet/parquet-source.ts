import { type FileMetaData, parquetMetadata, parquetSchema, type SchemaTree } from 'hyparquet';
import { isKnownField } from '../fields.ts';
import type { FlowSource, SourceReader } from '../source.ts';
import { textSource } from '../text-source.ts';
import { Column } from './column.ts';

/** AWS begins another file at 75 MB. Bounds memory. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;
/** The text of so many rows is read in one piece. */
const PIECE_ROWS = 1024;
const NEWLINE = 10;

/**
 * The flow logs of a Parquet file, as the lines that its rows stand for: they are read as text is, so that a row
 * and its line are the same flow. A column is a field; its name may have underscores in place of hyphens.
 */
export function parquetSource(input: AsyncIterable<Uint8Array>): FlowSource {
  return { read: (reader) => readParquet(input, reader) };
}

async function* readParquet(
  input: AsyncIterable<Uint8Array>,
  reader: SourceReader,
): AsyncGenerator<number> {
  const file = await collect(input);
  const metadata = damaging(() => parquetMetadata(file));
  const fields = fieldsOf(parquetSchema(metadata));
  const format = fields.map(([name]) => name);
  if (!format.some(isKnownField)) throw new Error('a Parquet file without fields of flow logs');
  yield* textSource(
    linesOf(
      file,
      metadata,
      fields.map(([, field]) => field),
    ),
  ).read({
    ...reader,
    format,
  });
}

/** The columns that have one value in each row, by AWS's names of fields. */
function fieldsOf(schema: SchemaTree): [string, SchemaTree][] {
  return schema.children
    .filter(
      ({ children, element }) => children.length === 0 && element.repetition_type !== 'REPEATED',
    )
    .map((column) => [column.element.name.toLowerCase().replaceAll('_', '-'), column]);
}

/** The lines of all rows, a row group after the other. */
function* linesOf(
  file: Uint8Array,
  { row_groups, schema }: FileMetaData,
  fields: readonly SchemaTree[],
): Generator<Uint8Array> {
  const root = parquetSchema({ schema });
  for (const { columns, num_rows } of row_groups) {
    const read = fields.map((field) => {
      const chunk = columns.find(
        ({ meta_data }) => meta_data?.path_in_schema[0] === field.element.name,
      );
      if (chunk?.meta_data === undefined) throw damaged('a column is missing');
      return new Column(file, chunk.meta_data, [root, field], field);
    });
    let left = Number(num_rows);
    while (left > 0) {
      const rows = damaging(() => Math.min(left, PIECE_ROWS, ...read.map((column) => column.left)));
      yield linesOfRows(read, rows);
      left -= rows;
    }
  }
}

/** The lines of the next rows, which all columns have in their page. */
function linesOfRows(columns: readonly Column[], rows: number): Uint8Array {
  const text = new Uint8Array(lengthOf(columns, rows));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (const { cells, rows: ids, at: first } of columns) {
      const id = ids[first + row] ?? 0;
      const end = cells.starts[id + 1] ?? 0;
      for (let from = cells.starts[id] ?? 0; from < end; from++)
        text[at++] = cells.bytes[from] ?? 0;
    }
    text[at - 1] = NEWLINE;
  }
  for (const column of columns) column.at += rows;
  return text;
}

function lengthOf(columns: readonly Column[], rows: number): number {
  let length = 0;
  for (const { cells, rows: ids, at } of columns) {
    for (let row = at; row < at + rows; row++) {
      const id = ids[row] ?? 0;
      length += (cells.starts[id + 1] ?? 0) - (cells.starts[id] ?? 0);
    }
  }
  return length;
}

async function collect(input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input) {
    length += piece.length;
    if (length > MAX_FILE_BYTES) throw new Error('a Parquet file of more than 256 MiB');
    // A piece is valid until the next one is asked for.
    pieces.push(Uint8Array.from(piece));
  }
  return Buffer.concat(pieces);
}

function damaged(reason: string, cause?: unknown): Error {
  return new Error(`damaged Parquet (${reason})`, { cause });
}

/** @throws Error saying that the file is damaged, where `read` fails. */
function damaging<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error), error);
  }
}
