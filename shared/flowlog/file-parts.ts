/** A file or object of which any part can be read. */
export interface FileParts {
  /** In bytes. */
  readonly size: number;
  /** The bytes from `from` up to `to`, which stay as they are; fewer where the file ends before. */
  readonly readRange: (from: number, to: number) => Promise<Uint8Array>;
}

/** Larger inputs that come in pieces are not kept. AWS begins another file at 75 MB. Bounds memory. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

/** Whether an input also offers its parts. */
export function hasParts<T extends object>(input: T): input is T & FileParts {
  return 'readRange' in input;
}

/** Keeps an input in memory that comes in pieces. A piece need be valid only until the next one is asked for. */
export async function keepParts(input: AsyncIterable<Uint8Array>): Promise<FileParts> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of input) {
    size += piece.length;
    if (size > MAX_KEPT_BYTES) throw new Error('a Parquet file of more than 256 MiB');
    pieces.push(Uint8Array.from(piece));
  }
  const bytes = Buffer.concat(pieces);
  return { size, readRange: async (from, to) => bytes.subarray(from, to) };
}

/** The same file, of which this range is read at once when a part of it is asked for. */
export function readAtOnce({ size, readRange }: FileParts, from: number, to: number): FileParts {
  let range: Promise<Uint8Array> | undefined;
  return {
    size,
    readRange: async (start, end) => {
      if (start < from || end > to) return await readRange(start, end);
      range ??= readRange(from, to);
      return (await range).subarray(start - from, end - from);
    },
  };
}
