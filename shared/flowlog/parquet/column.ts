import type { ColumnMetaData, Compressors, PageHeader, SchemaElement } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import type { Dictionary } from '../text-fields.ts';
import { Cells } from './cells.ts';
import type { NumberColumn, Numbers } from './fields.ts';
import { type Page, PageReader, viewOf } from './page.ts';
import { type Texts, writeByteArrays, writeValues } from './texts.ts';

/** The bytes of a file, and what decompresses its pages. */
export interface ParquetFile {
  readonly bytes: Uint8Array;
  readonly compressors: Compressors;
}

/** Which of the cells each row of a page has. */
type Rows = Uint8Array | Int32Array;

/** Reads a column of a row group page by page. Rows are counted from the first that is not read. */
export class Column implements NumberColumn {
  rows: Rows = new Uint8Array();
  at = 0;
  readonly #field: string;
  readonly #isText: boolean;
  readonly #pages: PageReader;
  readonly #reader: { readonly view: DataView; offset: number };
  #cells: Cells;
  #dictionary: Cells | undefined;

  constructor(
    field: string,
    { bytes, compressors }: ParquetFile,
    chunk: ColumnMetaData,
    element: SchemaElement,
  ) {
    this.#field = field;
    this.#isText = chunk.type === 'BYTE_ARRAY' && element.converted_type !== 'DECIMAL';
    this.#cells = new Cells(field, writeValues([]));
    this.#pages = new PageReader(chunk, element, compressors);
    const data = Number(chunk.data_page_offset);
    const from = Math.min(data, Number(chunk.dictionary_page_offset || data));
    const pages = bytes.subarray(from, from + Number(chunk.total_compressed_size));
    this.#reader = { view: viewOf(pages), offset: 0 };
  }

  /** The rows of the page that are left; the next page is read when there are none. */
  get left(): number {
    while (this.at === this.rows.length) this.#readPage();
    return this.rows.length - this.at;
  }

  get numbers(): Numbers {
    return this.#cells.numbers;
  }

  /** Some of the page's values are malformed. */
  get isSuspect(): boolean {
    return this.#cells.malformed !== undefined;
  }

  isMalformed(row: number): boolean {
    return this.#cells.malformed?.[this.#cell(row)] === 1;
  }

  /** The bytes that the values of so many rows take in their lines. */
  bytesOf(count: number): number {
    return this.#cells.bytesOfAll(this.rows, this.at, this.at + count);
  }

  text(row: number): string {
    return this.#cells.text(this.#cell(row));
  }

  said(row: number): string {
    return this.#cells.said(this.#cell(row));
  }

  id(row: number, dictionary: Dictionary): number {
    return this.#cells.id(this.#cell(row), dictionary);
  }

  #cell(row: number): number {
    return this.rows[this.at + row] ?? 0;
  }

  #readPage(): void {
    const header = parquetHeader(this.#reader);
    const { view, offset } = this.#reader;
    const size = header.compressed_page_size;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, size);
    this.#reader.offset += size;
    if (header.dictionary_page_header) this.#readDictionary(header, bytes);
    else this.#take(this.#pages.page(header, bytes));
  }

  #readDictionary(header: PageHeader, bytes: Uint8Array): void {
    const { count, values } = this.#pages.dictionary(header, bytes);
    this.#dictionary = new Cells(this.#field, this.#texts(values, count, 'PLAIN'));
  }

  #texts(values: Uint8Array, count: number, encoding: string): Texts {
    if (this.#isText && encoding === 'PLAIN') return writeByteArrays(values, count);
    return writeValues(this.#pages.decode(values, count, encoding));
  }

  #take(page: Page | undefined): void {
    if (page === undefined) return;
    const { count, encoding, levels, values } = page;
    const present = levels === undefined ? count : presentIn(levels);
    if (encoding.endsWith('_DICTIONARY') && this.#dictionary !== undefined) {
      this.#cells = this.#dictionary;
      this.rows = indicesIn(values, this.#cells.size, present);
    } else {
      this.#cells = new Cells(this.#field, this.#texts(values, present, encoding));
      this.rows = identity(present);
    }
    if (levels !== undefined) this.rows = withAbsent(this.rows, levels, this.#cells.size);
    this.at = 0;
  }
}

/** Indices of the dictionary: a byte with their width in bits stands before them. */
function indicesIn(bytes: Uint8Array, cells: number, count: number): Rows {
  const rows = rowsFor(cells, count);
  const [width = 0] = bytes;
  if (width > 0) {
    readRleBitPackedHybrid({ view: viewOf(bytes), offset: 1 }, width, rows, bytes.length - 1);
  }
  return rows;
}

function presentIn(levels: Uint8Array): number {
  let present = 0;
  for (const level of levels) present += level;
  return present;
}

/** The rows, with the last cell, which is the absent one, where there is no value. */
function withAbsent(present: Rows, levels: Uint8Array, cells: number): Rows {
  const rows = rowsFor(cells, levels.length).fill(cells - 1);
  for (let row = 0, next = 0; next < present.length; row++) {
    if (levels[row] !== 0) rows[row] = present[next++] ?? 0;
  }
  return rows;
}

function rowsFor(cells: number, count: number): Rows {
  return cells <= 0x100 ? new Uint8Array(count) : new Int32Array(count);
}

let numbers = new Int32Array();

/** 0, 1, 2, …: each row has a cell of its own. */
function identity(count: number): Int32Array {
  if (numbers.length < count) numbers = Int32Array.from({ length: count * 2 }, (_, index) => index);
  return numbers.subarray(0, count);
}
