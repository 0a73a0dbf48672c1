import type { FileMetaData, SchemaTree } from 'hyparquet';
import { parquetMetadata, parquetSchema } from 'hyparquet/src/metadata.js';
import { isKnownField } from '../fields.ts';
import { addCounts, type FlowSource, type SourceReader } from '../source.ts';
import { Column, type ParquetFile } from './column.ts';
import { compressorsFor } from './page.ts';
import { Rows } from './rows.ts';

/** AWS begins another file at 75 MB. Bounds memory. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;
/** So many rows are read in one step. */
const STEP_ROWS = 1024;

/**
 * The flow logs of a Parquet file. A column is a field; its name may have underscores in place of hyphens. The
 * file is kept in memory, of its rows one page of each column.
 */
export function parquetSource(input: AsyncIterable<Uint8Array>): FlowSource {
  return { read: (reader) => readParquet(input, reader) };
}

async function* readParquet(
  input: AsyncIterable<Uint8Array>,
  reader: SourceReader,
): AsyncGenerator<number> {
  const bytes = await collect(input);
  const metadata = damaging(() => parquetMetadata(bytes));
  const fields = fieldsOf(parquetSchema(metadata));
  const format = fields.map(([name]) => name);
  if (!format.some(isKnownField)) throw new Error('a Parquet file without fields of flow logs');
  const file = { bytes, compressors: await compressorsFor(codecsOf(metadata)) };
  const rows = new Rows(format, reader);
  const step = reader.isLineByLine ? 1 : STEP_ROWS;
  try {
    for (const group of rowGroups(file, metadata, fields)) {
      for (let left = group.rows; left > 0; ) {
        const count = damaging(() =>
          group.columns.reduce(
            (least, column) => Math.min(least, column.left),
            Math.min(left, step),
          ),
        );
        yield rows.read(group.columns, count);
        left -= count;
      }
    }
  } finally {
    if (reader.counts) addCounts(reader.counts, rows.counts);
  }
}

/** The columns that have one value in each row, by AWS's names of fields. */
function fieldsOf(schema: SchemaTree): [string, SchemaTree][] {
  return schema.children
    .filter(
      ({ children, element }) => children.length === 0 && element.repetition_type !== 'REPEATED',
    )
    .map((column) => [column.element.name.toLowerCase().replaceAll('_', '-'), column]);
}

function codecsOf({ row_groups }: FileMetaData): string[] {
  const chunks = row_groups.flatMap(({ columns }) => columns);
  return chunks.flatMap(({ meta_data }) => meta_data?.codec ?? []);
}

/** The columns of the fields, one row group after the other. */
function* rowGroups(
  file: ParquetFile,
  { row_groups }: FileMetaData,
  fields: readonly (readonly [string, SchemaTree])[],
): Generator<{ readonly columns: readonly Column[]; readonly rows: number }> {
  for (const group of row_groups) {
    const columns = fields.map(([name, field]) => {
      const chunk = group.columns.find(
        ({ meta_data }) => meta_data?.path_in_schema[0] === field.element.name,
      );
      if (chunk?.meta_data === undefined) throw damaged('a column is missing');
      return new Column(name, file, chunk.meta_data, field.element);
    });
    yield { columns, rows: Number(group.num_rows) };
  }
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
