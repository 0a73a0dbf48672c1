import type { FileMetaData, SchemaTree } from 'hyparquet';
import { parquetMetadata, parquetSchema } from 'hyparquet/src/metadata.js';
import { type FileParts, readAtOnce } from '../file-parts.ts';
import { isKnownField } from '../format.ts';
import { addCounts, type FlowSource, type SourceReader } from '../source.ts';
import { Column, type ParquetFile } from './column.ts';
import { damaged, damaging } from './damaged.ts';
import { compressorsFor } from './page.ts';
import { extentOf } from './pages.ts';
import { Rows } from './rows.ts';
import { viewOf } from './view-of.ts';

/** So many rows are read in one step. */
const STEP_ROWS = 1024;
/** As much of the file's end is read at first. */
const FOOTER_BYTES = 64 * 1024;
/** The length of the metadata and `PAR1`. */
const TAIL_BYTES = 8;
/** Longer metadata is refused. Bounds memory. */
const MAX_METADATA_BYTES = 32 * 1024 * 1024;
/** A row group up to this size is read at once: a request for each of its columns would take longer. */
const SMALL_GROUP_BYTES = 4 * 1024 * 1024;

/**
 * The flow logs of a Parquet file. A column is a field; its name may have underscores in place of hyphens. Of the
 * file, memory holds a part of each column of one row group.
 */
export function parquetSource(parts: FileParts): FlowSource {
  return { read: (reader) => readParquet(parts, reader) };
}

async function* readParquet(parts: FileParts, reader: SourceReader): AsyncGenerator<number> {
  const metadata = await readMetadata(parts);
  const fields = fieldsOf(parquetSchema(metadata));
  const format = fields.map(([name]) => name);
  if (!format.some(isKnownField)) throw new Error('a Parquet file without fields of flow logs');
  const file = { parts, compressors: await compressorsFor(codecsOf(metadata)) };
  const rows = new Rows(format, reader);
  const step = reader.isLineByLine ? 1 : STEP_ROWS;
  try {
    for (const { columns, rows: all } of rowGroups(file, metadata, fields)) {
      for (let left = all; left > 0; ) {
        await Promise.all(columns.filter((column) => column.left === 0).map(load));
        const count = columns.reduce((least, column) => Math.min(least, column.left), step);
        yield rows.read(columns, Math.min(count, left));
        left -= count;
      }
    }
  } finally {
    if (reader.counts) addCounts(reader.counts, rows.counts);
  }
}

async function load(column: Column): Promise<void> {
  await column.load();
}

async function readMetadata(parts: FileParts): Promise<FileMetaData> {
  const tail = await readEnd(parts, FOOTER_BYTES);
  if (tail.length < TAIL_BYTES) throw damaged('unexpected end of file');
  const length = viewOf(tail).getUint32(tail.length - TAIL_BYTES, true) + TAIL_BYTES;
  if (length > MAX_METADATA_BYTES) throw damaged(`metadata of ${length} bytes`);
  const footer = length > tail.length ? await readEnd(parts, length) : tail;
  return damaging(() => parquetMetadata(footer));
}

function readEnd(parts: FileParts, bytes: number): Promise<Uint8Array> {
  return parts.readRange(Math.max(0, parts.size - bytes), parts.size);
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
  { parts, compressors }: ParquetFile,
  { row_groups }: FileMetaData,
  fields: readonly (readonly [string, SchemaTree])[],
): Generator<{ readonly columns: readonly Column[]; readonly rows: number }> {
  for (const group of row_groups) {
    const chunks = fields.map(([name, { element }]) => {
      const { meta_data: chunk } =
        group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === element.name) ?? {};
      if (chunk === undefined) throw damaged('a column is missing');
      return { name, element, chunk, ...extentOf(chunk) };
    });
    const from = Math.min(...chunks.map((chunk) => chunk.from));
    const to = Math.max(...chunks.map((chunk) => chunk.to));
    const isSmall = to - from <= SMALL_GROUP_BYTES;
    const file = { parts: isSmall ? readAtOnce(parts, from, to) : parts, compressors };
    const columns = chunks.map(
      ({ name, element, chunk }) => new Column(name, file, chunk, element),
    );
    yield { columns, rows: Number(group.num_rows) };
  }
}
