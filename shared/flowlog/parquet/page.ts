import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type {
  ColumnMetaData,
  Compressors,
  DecodedArray,
  PageHeader,
  SchemaElement,
} from 'hyparquet';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage } from 'hyparquet/src/datapage.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { readVarInt } from 'hyparquet/src/thrift.js';

/** A page is inflated in one piece: zlib takes 64 bytes at least. */
const inOnePiece = (length: number) => ({ chunkSize: Math.max(length, 64) });

/** zlib is several times as fast as what is written in JavaScript. */
const NATIVE: Compressors = {
  GZIP: (bytes, length) => gunzipSync(bytes, inOnePiece(length)),
  BROTLI: (bytes, length) => brotliDecompressSync(bytes, inOnePiece(length)),
  ZSTD: (bytes, length) => zstdDecompressSync(bytes, inOnePiece(length)),
};

/** What decompresses pages of these codecs; what zlib lacks is loaded only where it is needed. */
export async function compressorsFor(codecs: readonly string[]): Promise<Compressors> {
  if (codecs.every((codec) => codec === 'UNCOMPRESSED' || codec in NATIVE)) return NATIVE;
  const { compressors } = await import('hyparquet-compressors');
  return { ...compressors, ...NATIVE };
}

/** A page of a column without compression. */
export interface Page {
  /** The number of rows. */
  readonly count: number;
  readonly encoding: string;
  /** 0 for each row that has no value; undefined when all have one. */
  readonly levels: Uint8Array | undefined;
  /** The values of the others, encoded. */
  readonly values: Uint8Array;
}

/** Reads the pages of a column chunk. */
export class PageReader {
  readonly #chunk: ColumnMetaData;
  readonly #element: SchemaElement;
  readonly #compressors: Compressors;

  constructor(chunk: ColumnMetaData, element: SchemaElement, compressors: Compressors) {
    this.#chunk = chunk;
    this.#element = element;
    this.#compressors = compressors;
  }

  /** The values of a dictionary page. */
  dictionary(header: PageHeader, bytes: Uint8Array): { count: number; values: Uint8Array } {
    const count = header.dictionary_page_header?.num_values ?? 0;
    return { count, values: this.#decompress(bytes, header.uncompressed_page_size) };
  }

  /** A data page; undefined for a page of another kind. */
  page(header: PageHeader, bytes: Uint8Array): Page | undefined {
    if (header.data_page_header) {
      const { num_values: count, encoding } = header.data_page_header;
      const page = this.#decompress(bytes, header.uncompressed_page_size);
      if (this.#element.repetition_type === 'REQUIRED') {
        return { count, encoding, levels: undefined, values: page };
      }
      // The length of the levels stands before them.
      const end = 4 + viewOf(page).getUint32(0, true);
      const levels = levelsIn(page.subarray(4, end), count);
      return { count, encoding, levels, values: page.subarray(end) };
    }
    return header.data_page_header_v2 && this.#pageV2(header, bytes);
  }

  /** In a page of version 2, levels are not compressed, and their length is in the header. */
  #pageV2(
    { data_page_header_v2: header, uncompressed_page_size }: PageHeader,
    bytes: Uint8Array,
  ): Page | undefined {
    if (header === undefined) return undefined;
    const { num_values: count, encoding, definition_levels_byte_length: length } = header;
    const from = header.repetition_levels_byte_length;
    const levels = length > 0 ? levelsIn(bytes.subarray(from, from + length), count) : undefined;
    const rest = bytes.subarray(from + length);
    const size = uncompressed_page_size - from - length;
    const isCompressed = header.is_compressed !== false && size > 0;
    return { count, encoding, levels, values: isCompressed ? this.#decompress(rest, size) : rest };
  }

  /** Decodes values, one for each that is present. Times and decimals are what they stand for. */
  decode(values: Uint8Array, count: number, encoding: string): DecodedArray {
    const decoder = {
      ...this.#chunk,
      pathInSchema: this.#chunk.path_in_schema,
      element: this.#element,
      // Levels were taken off: as in a required column.
      schemaPath: [],
      parsers: DEFAULT_PARSERS,
    };
    const header = { ...NO_LEVELS, num_values: count, encoding: encoding as 'PLAIN' };
    return convert(readDataPage(values, header, decoder).dataPage, decoder);
  }

  #decompress(bytes: Uint8Array, size: number): Uint8Array {
    return decompressPage(bytes, Number(size), this.#chunk.codec, this.#compressors);
  }
}

const NO_LEVELS = { definition_level_encoding: 'RLE', repetition_level_encoding: 'RLE' } as const;

/** Which rows have a value; undefined when all have. */
function levelsIn(bytes: Uint8Array, count: number): Uint8Array | undefined {
  const reader = { view: viewOf(bytes), offset: 0 };
  // Mostly all rows are one run of the same level.
  const run = readVarInt(reader);
  const isRun = (run & 1) === 0 && run >>> 1 >= count;
  if (isRun && bytes[reader.offset] === 1) return undefined;
  const levels = new Uint8Array(count);
  if (isRun) return levels;
  readRleBitPackedHybrid({ ...reader, offset: 0 }, 1, levels, bytes.length);
  return levels.includes(0) ? levels : undefined;
}

export function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}
