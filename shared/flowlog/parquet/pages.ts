import type { ColumnMetaData, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { releaseBuffer } from '../decompress.ts';
import type { FileParts } from '../file-parts.ts';
import { damaged, damaging } from './damaged.ts';
import { viewOf } from './view-of.ts';

/** So much of a column is read at once: a request takes longer than this many bytes. Bounds memory. */
const WINDOW_BYTES = 512 * 1024;

/** Where a column chunk begins and ends in its file. */
export function extentOf(chunk: ColumnMetaData): { readonly from: number; readonly to: number } {
  const data = Number(chunk.data_page_offset);
  const from = Math.min(data, Number(chunk.dictionary_page_offset || data));
  return { from, to: from + Number(chunk.total_compressed_size) };
}

/** The pages of a column chunk, with a part of it in memory. */
export class Pages {
  readonly #file: FileParts;
  #window: Uint8Array = new Uint8Array();
  /** The memory of the window. */
  #memory = this.#window;
  /** Where the window begins and the chunk ends, in the file. */
  #from: number;
  readonly #end: number;

  constructor(file: FileParts, chunk: ColumnMetaData) {
    this.#file = file;
    const { from, to } = extentOf(chunk);
    this.#from = from;
    this.#end = to;
  }

  /** The next page, as it is in the file. It is valid until the next one is asked for. */
  async next(): Promise<{ readonly header: PageHeader; readonly bytes: Uint8Array }> {
    const { header, length } = await this.#header();
    const end = length + header.compressed_page_size;
    if (!(header.compressed_page_size >= 0)) throw damaged('a page without a size');
    if (this.#window.length < end) await this.#fill(end);
    if (this.#window.length < end) throw damaged('unexpected end of column');
    const bytes = this.#window.subarray(length, end);
    this.#window = this.#window.subarray(end);
    this.#from += end;
    return { header, bytes };
  }

  /** The header of the next page, and its length. One that is not all there is read again with more of it. */
  async #header(): Promise<{ readonly header: PageHeader; readonly length: number }> {
    for (;;) {
      const reader = { view: viewOf(this.#window), offset: 0 };
      const isLast = this.#window.length >= WINDOW_BYTES || this.#isWhole;
      const header = isLast ? damaging(() => parquetHeader(reader)) : this.#try(reader);
      if (header) return { header, length: reader.offset };
      await this.#fill(WINDOW_BYTES);
    }
  }

  /** The header, unless a part of it is missing. */
  #try(reader: { readonly view: DataView; offset: number }): PageHeader | undefined {
    try {
      return parquetHeader(reader);
    } catch {
      return undefined;
    }
  }

  get #isWhole(): boolean {
    return this.#from + this.#window.length >= this.#end;
  }

  /** Reads on, so that the window has this many bytes, or all of the chunk. */
  async #fill(bytes: number): Promise<void> {
    const old = this.#window;
    const from = this.#from + old.length;
    const to = Math.min(this.#end, this.#from + Math.max(bytes, WINDOW_BYTES));
    const more = await this.#file.readRange(from, to);
    if (more.length < to - from) throw damaged('unexpected end of file');
    const memory = old.length === 0 ? more : concatenated(old, more);
    releaseBuffer(this.#memory);
    this.#memory = memory;
    this.#window = memory;
  }
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
