import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ColumnMetaData, Compressors, DecodedArray, PageHeader, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { compressors } from 'hyparquet-compressors';
import { type Cells, cellsOf } from './cells.ts';

/** zlib is several times as fast as what is written in JavaScript. */
const COMPRESSORS: Compressors = {
  ...compressors,
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
};

/** Which of the cells each row of a page has; 0 is the absent value. */
type Rows = Uint8Array | Uint16Array | Int32Array;

/** Reads a column of a row group page by page. */
export class Column {
  cells: Cells = cellsOf([]);
  rows: Rows = new Uint8Array();
  /** The next row of the page. */
  at = 0;
  readonly #decoder;
  readonly #reader: { readonly view: DataView; offset: number };
  #dictionary: Cells | undefined;

  constructor(
    file: Uint8Array,
    chunk: ColumnMetaData,
    schemaPath: SchemaTree[],
    element: SchemaTree,
  ) {
    this.#decoder = {
      ...chunk,
      pathInSchema: chunk.path_in_schema,
      element: element.element,
      schemaPath,
      parsers: DEFAULT_PARSERS,
      compressors: COMPRESSORS,
    };
    const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    const first = Math.min(start, Number(chunk.data_page_offset));
    const view = new DataView(
      file.buffer,
      file.byteOffset + first,
      Number(chunk.total_compressed_size),
    );
    this.#reader = { view, offset: 0 };
  }

  /** The rows of the page that are left; the next page is read when there are none. */
  get left(): number {
    while (this.at === this.rows.length) this.#readPage();
    return this.rows.length - this.at;
  }

  #readPage(): void {
    const header = parquetHeader(this.#reader);
    const { view, offset } = this.#reader;
    const size = header.compressed_page_size;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, size);
    this.#reader.offset += size;
    if (header.type === 'DICTIONARY_PAGE')
      this.#dictionary = cellsOf(this.#dictionaryOf(header, bytes));
    else if (header.type === 'DATA_PAGE') this.#readDataPage(header, bytes);
    else if (header.type === 'DATA_PAGE_V2') this.#readDataPageV2(header, bytes);
  }

  #dictionaryOf(header: PageHeader, bytes: Uint8Array): DecodedArray {
    const { type, element } = this.#decoder;
    const page = this.#decompress(header, bytes);
    const reader = { view: new DataView(page.buffer, page.byteOffset, page.length), offset: 0 };
    const count = header.dictionary_page_header?.num_values ?? 0;
    return this.#converted(readPlain(reader, type, count, element.type_length));
  }

  #readDataPage(header: PageHeader, bytes: Uint8Array): void {
    const page = header.data_page_header;
    if (page === undefined) throw new Error('a data page without its header');
    const read = readDataPage(this.#decompress(header, bytes), page, this.#decoder);
    this.#take(page.num_values, page.encoding, read.definitionLevels, read.dataPage);
  }

  #readDataPageV2(header: PageHeader, bytes: Uint8Array): void {
    const page = header.data_page_header_v2;
    if (page === undefined) throw new Error('a data page without its header');
    const read = readDataPageV2(bytes, header, this.#decoder);
    this.#take(page.num_values, page.encoding, read.definitionLevels, read.dataPage);
  }

  /** Times, decimals and the like as what they are; text stays in bytes. */
  #converted(values: DecodedArray): DecodedArray {
    const { type, element } = this.#decoder;
    const isText = type === 'BYTE_ARRAY' && element.converted_type !== 'DECIMAL';
    return isText ? values : convert(values, this.#decoder);
  }

  #decompress({ uncompressed_page_size }: PageHeader, bytes: Uint8Array): Uint8Array {
    const { codec, compressors: all } = this.#decoder;
    return decompressPage(bytes, Number(uncompressed_page_size), codec, all);
  }

  #take(
    count: number,
    encoding: string,
    levels: readonly number[] = [],
    values: DecodedArray,
  ): void {
    const inDictionary = encoding.endsWith('_DICTIONARY') ? this.#dictionary : undefined;
    this.cells = inDictionary ?? cellsOf(this.#converted(values));
    this.rows = rowsFor(this.cells.starts.length, count);
    this.at = 0;
    let next = 0;
    for (let row = 0; row < count; row++) {
      if (levels.length > 0 && levels[row] === 0) continue;
      this.rows[row] = 1 + (inDictionary === undefined ? next : values[next]);
      next++;
    }
  }
}

function rowsFor(cells: number, count: number): Rows {
  if (cells <= 0x100) return new Uint8Array(count);
  return cells <= 0x1_0000 ? new Uint16Array(count) : new Int32Array(count);
}
