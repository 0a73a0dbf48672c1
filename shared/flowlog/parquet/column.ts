import type { ColumnMetaData, Compressors, PageHeader, SchemaElement } from 'hyparquet';
import type { FileParts } from '../file-parts.ts';
import type { Dictionary } from '../text-fields.ts';
import { Cells } from './cells.ts';
import { damaging } from './damaged.ts';
import { type Field, fieldOf, type NumberColumn, type Numbers } from './fields.ts';
import { readHybrid } from './hybrid.ts';
import { Integers } from './integers.ts';
import { Memory } from './memory.ts';
import { type Page, PageReader, releasePage } from './page.ts';
import { Pages } from './pages.ts';
import { type RepeatedTexts, repeatedTexts } from './repeated-texts.ts';
import { plainTexts, type Texts, textsOf } from './texts.ts';

/** A file, and what decompresses its pages. */
export interface ParquetFile {
  readonly parts: FileParts;
  readonly compressors: Compressors;
}

/** Which of the cells each row of a page has. */
type Rows = Uint8Array | Int32Array;

interface Raw {
  readonly header: PageHeader;
  readonly bytes: Uint8Array;
  readonly page: Uint8Array;
}

const NO_PAGE: Page = {
  count: 0,
  present: 0,
  encoding: 'PLAIN',
  levels: undefined,
  values: new Uint8Array(),
};

/**
 * Reads a column of a row group page by page; the next page is read and inflated while the rows of one are read.
 * What no reader asks of a page is not decoded. Rows are counted from the first that is not read.
 */
export class Column implements NumberColumn {
  at = 0;
  readonly #field: Field | undefined;
  readonly #isText: boolean;
  /** Integers are read as such, without their text. */
  readonly #takesIntegers: boolean;
  readonly #pages: Pages;
  readonly #reader: PageReader;
  #next: Promise<Raw> | undefined;
  /** Rows of the chunk that are not in the page, nor in one before. */
  #later: number;
  #page = NO_PAGE;
  #dictionary: Cells | undefined;
  #cells: Cells | undefined;
  /** Which of its cells each value of the page is, where values are repeated and the page does not say it. */
  #repeated: Uint8Array | undefined;
  #rows: Rows | undefined;
  #bytes: number | undefined;
  #inflated = NO_PAGE.values;
  readonly #memory = new Memory();

  constructor(name: string, file: ParquetFile, chunk: ColumnMetaData, element: SchemaElement) {
    this.#field = fieldOf(name);
    this.#isText = chunk.type === 'BYTE_ARRAY' && element.converted_type !== 'DECIMAL';
    this.#takesIntegers = this.#field === undefined || this.#field.storeIntegers !== undefined;
    this.#reader = new PageReader(chunk, element, file.compressors, this.#memory);
    this.#pages = new Pages(file.parts, chunk);
    this.#later = Number(chunk.num_values);
    this.#next = this.#fetch();
  }

  /** The rows of the page that are left. */
  get left(): number {
    return this.#page.count - this.at;
  }

  /** Goes on to the next page. */
  async load(): Promise<void> {
    while (this.left === 0) {
      const raw = await (this.#next ?? this.#fetch());
      damaging(() => this.#take(raw));
      this.#next = this.#later > 0 ? this.#fetch() : undefined;
    }
  }

  get rows(): Rows {
    this.#rows ??= damaging(() => this.#readRows());
    return this.#rows;
  }

  get numbers(): Numbers {
    return this.#decoded.numbers;
  }

  /** Some of the page's values are malformed. */
  get isSuspect(): boolean {
    return this.#field !== undefined && this.#decoded.malformed !== undefined;
  }

  isMalformed(row: number): boolean {
    return this.#decoded.malformed?.[this.#cell(row)] === 1;
  }

  /** The bytes that the values of the next rows take in their lines: their share of the page's. */
  bytesOf(count: number): number {
    this.#bytes ??= damaging(() => this.#pageBytes());
    const upTo = (row: number) => Math.round(((this.#bytes ?? 0) * row) / this.#page.count);
    return upTo(this.at + count) - upTo(this.at);
  }

  text(row: number): string {
    return this.#decoded.text(this.#cell(row));
  }

  said(row: number): string {
    return this.#decoded.said(this.#cell(row));
  }

  id(row: number, dictionary: Dictionary): number {
    return this.#decoded.id(this.#cell(row), dictionary);
  }

  #cell(row: number): number {
    return this.rows[this.at + row] ?? 0;
  }

  get #decoded(): Cells {
    this.#cells ??= damaging(() => this.#readCells());
    return this.#cells;
  }

  get #isPlainText(): boolean {
    return this.#isText && this.#page.encoding === 'PLAIN';
  }

  /** The page has indices of the dictionary. */
  get #isIndexed(): boolean {
    return this.#dictionary !== undefined && this.#page.encoding.endsWith('_DICTIONARY');
  }

  #fetch(): Promise<Raw> {
    const fetching = this.#fetchPage();
    // It is awaited when its rows are wanted, which they may never be.
    fetching.catch(() => {});
    return fetching;
  }

  async #fetchPage(): Promise<Raw> {
    const { header, bytes } = await this.#pages.next();
    return { header, bytes, page: await this.#reader.decompress(header, bytes) };
  }

  #take({ header, bytes, page }: Raw): void {
    if (header.dictionary_page_header) {
      const { num_values: count } = header.dictionary_page_header;
      const memory = new Memory();
      this.#dictionary = new Cells(this.#field, this.#values(page, count, 'PLAIN', memory), memory);
      return;
    }
    const next = this.#reader.page(header, bytes, page);
    if (next === undefined) return;
    releasePage(this.#inflated);
    this.#inflated = page;
    this.#page = next;
    this.#later -= next.count;
    this.at = 0;
    this.#cells = undefined;
    this.#repeated = undefined;
    this.#rows = undefined;
    this.#bytes = undefined;
    if (this.#field !== undefined && next.count > 0) this.#cells = this.#readCells();
  }

  #readCells(): Cells {
    const { encoding, values, present } = this.#page;
    if (this.#dictionary && this.#isIndexed) return this.#dictionary;
    const memory = this.#memory;
    const repeated = this.#isPlainText ? this.#readRepeated() : undefined;
    this.#repeated = repeated?.cells;
    const read = repeated?.texts ?? this.#values(values, present, encoding, memory);
    return new Cells(this.#field, read, memory);
  }

  #readRepeated(): RepeatedTexts | undefined {
    const { count, present, values } = this.#page;
    // As many as rows: those without a value get theirs later.
    const cells = this.#memory.take('rows', 'bytes', count).subarray(0, present);
    return repeatedTexts(values, cells, this.#memory);
  }

  #values(values: Uint8Array, count: number, encoding: string, memory: Memory): Texts | Integers {
    if (this.#isText && encoding === 'PLAIN') return plainTexts(values, count, memory);
    const decoded = this.#reader.decode(values, count, encoding);
    const isInteger = decoded instanceof Int32Array || decoded instanceof BigInt64Array;
    return isInteger && this.#takesIntegers ? new Integers(decoded) : textsOf(decoded);
  }

  /** Which cell each row of the page has: of the dictionary, or its own. The last cell is the absent one. */
  #readRows(): Rows {
    const { count, present, levels, values } = this.#page;
    const { size } = this.#decoded;
    if (levels === undefined && !this.#isIndexed) return this.#repeated ?? identity(count);
    const rows = this.#memory.take('rows', size <= 0x100 ? 'bytes' : 'integers', count);
    if (this.#isIndexed) readHybrid(values.subarray(1), values[0] ?? 0, rows.subarray(0, present));
    else if (this.#repeated === undefined) rows.set(identity(present));
    if (levels !== undefined) spread(rows, levels, present, size - 1);
    return rows;
  }

  #pageBytes(): number {
    const { count, present, values } = this.#page;
    // Each value has four bytes of its length there, and a blank in a line; an absent one is a dash.
    const absent = (count - present) * 2;
    if (this.#isPlainText) return values.length - present * 3 + absent;
    if (!this.#isIndexed) return this.#decoded.allBytes + absent;
    const { evenBytes } = this.#decoded;
    return evenBytes === undefined
      ? this.#decoded.bytesOf(this.rows)
      : evenBytes * present + absent;
  }
}

/** Moves the cells of rows that have a value to where they belong, and gives the others the absent one. */
function spread(rows: Rows, levels: Uint8Array, present: number, absent: number): void {
  let next = present;
  for (let row = levels.length - 1; row >= 0; row--) {
    rows[row] = levels[row] === 0 ? absent : (rows[--next] as number);
  }
}

let numbers = new Int32Array();

/** 0, 1, 2, …: each row has a cell of its own. */
function identity(count: number): Int32Array {
  if (numbers.length < count) numbers = Int32Array.from({ length: count * 2 }, (_, index) => index);
  return numbers.subarray(0, count);
}
