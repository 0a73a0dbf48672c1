import { promisify } from 'node:util';
import { brotliDecompress, gunzip, zstdDecompress } from 'node:zlib';
import type {
  ColumnMetaData,
  Compressors,
  DecodedArray,
  PageHeader,
  SchemaElement,
} from 'hyparquet';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { decompressPage, readDataPage } from 'hyparquet/src/datapage.js';
import { readVarInt } from 'hyparquet/src/thrift.js';
import { damaged } from './damaged.ts';
import { readHybrid } from './hybrid.ts';
import type { Memory } from './memory.ts';
import { viewOf } from './view-of.ts';

/** Larger pages are refused. Bounds memory. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;

/** zlib takes 64 bytes at least. */
const SPARE_BYTES = 64;

type Decompress = (
  bytes: Uint8Array,
  options: { readonly chunkSize: number; readonly maxOutputLength: number },
) => Promise<Uint8Array>;

/** zlib is several times as fast as what is written in JavaScript, and it runs beside the reading of rows. */
const NATIVE: Readonly<Partial<Record<string, Decompress>>> = {
  GZIP: promisify(gunzip),
  BROTLI: promisify(brotliDecompress),
  ZSTD: promisify(zstdDecompress),
};

/** What decompresses pages of these codecs and is not in zlib; loaded only where it is needed. */
export async function compressorsFor(codecs: readonly string[]): Promise<Compressors> {
  if (codecs.every((codec) => codec === 'UNCOMPRESSED' || codec in NATIVE)) return {};
  return (await import('hyparquet-compressors')).compressors;
}

/** A page of a column without compression. */
export interface Page {
  /** The number of rows, and of those that have a value. */
  readonly count: number;
  readonly present: number;
  readonly encoding: string;
  /** 0 for each row that has no value; undefined when all have one. */
  readonly levels: Uint8Array | undefined;
  /** The values of the others, encoded. */
  readonly values: Uint8Array;
}

/** Frees the memory of a page without compression that will not be read again, unless others share its buffer. */
export function releasePage({ buffer, length }: Uint8Array): void {
  const isAlone = buffer.byteLength - length <= SPARE_BYTES;
  if (isAlone && buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

/** Reads the pages of a column chunk. */
export class PageReader {
  readonly #chunk: ColumnMetaData;
  readonly #element: SchemaElement;
  readonly #compressors: Compressors;
  readonly #memory: Memory;

  constructor(
    chunk: ColumnMetaData,
    element: SchemaElement,
    compressors: Compressors,
    memory: Memory,
  ) {
    this.#memory = memory;
    this.#chunk = chunk;
    this.#element = element;
    this.#compressors = compressors;
  }

  /** The page without compression: of version 2, what follows its levels. */
  async decompress(header: PageHeader, bytes: Uint8Array): Promise<Uint8Array> {
    const { data_page_header_v2: v2, uncompressed_page_size } = header;
    const levels = v2 ? v2.repetition_levels_byte_length + v2.definition_levels_byte_length : 0;
    const size = uncompressed_page_size - levels;
    if (size > MAX_PAGE_BYTES) throw damaged(`a page of ${size} bytes`);
    const rest = bytes.subarray(levels);
    const isPlain = v2?.is_compressed === false || size === 0;
    if (isPlain || this.#chunk.codec === 'UNCOMPRESSED') return new Uint8Array(rest);
    try {
      return await this.#inflate(rest, size);
    } catch (error) {
      throw damaged((error as Error).message, error);
    }
  }

  async #inflate(bytes: Uint8Array, size: number): Promise<Uint8Array> {
    const { codec } = this.#chunk;
    const native = NATIVE[codec];
    // A page is inflated in one piece. Node.js would allocate another one as soon as that is full.
    const options = { chunkSize: size + SPARE_BYTES, maxOutputLength: size + SPARE_BYTES };
    const inflate = native && (await native(bytes, options));
    // This checks the length.
    const compressors = inflate ? { [codec]: () => inflate } : this.#compressors;
    return decompressPage(bytes, size, codec, compressors);
  }

  /** A data page, until the next one; undefined for a page of another kind. `page` is without compression. */
  page(header: PageHeader, bytes: Uint8Array, page: Uint8Array): Page | undefined {
    const { data_page_header: v1, data_page_header_v2: v2 } = header;
    if (v1) {
      const { num_values: count, encoding } = v1;
      if (this.#element.repetition_type === 'REQUIRED') {
        return { count, present: count, encoding, levels: undefined, values: page };
      }
      // The length of the levels stands before them.
      const end = 4 + viewOf(page).getUint32(0, true);
      const levels = levelsIn(page.subarray(4, end), count, this.#memory);
      return { count, encoding, ...levels, values: page.subarray(end) };
    }
    if (!v2) return undefined;
    const { num_values: count, encoding, definition_levels_byte_length: length } = v2;
    const from = v2.repetition_levels_byte_length;
    const levels = levelsIn(bytes.subarray(from, from + length), count, this.#memory);
    return { count, encoding, ...levels, values: page };
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
}

const NO_LEVELS = { definition_level_encoding: 'RLE', repetition_level_encoding: 'RLE' } as const;

/** Which rows have a value, undefined when all have, and how many have one. Without bytes, all have. */
function levelsIn(
  bytes: Uint8Array,
  count: number,
  memory: Memory,
): Pick<Page, 'levels' | 'present'> {
  // Mostly all rows are one run of the same level.
  const run = bytes.length > 0 ? readVarInt({ view: viewOf(bytes), offset: 0 }) : 0;
  const isRun = (run & 1) === 0 && run >>> 1 >= count;
  if (bytes.length === 0 || (isRun && bytes.at(-1) === 1))
    return { levels: undefined, present: count };
  const levels = memory.take('levels', 'bytes', count);
  readHybrid(bytes, 1, levels);
  let present = 0;
  for (let row = 0; row < count; row++) present += levels[row] as number;
  return { levels: present < count ? levels : undefined, present };
}
