import { readVarInt } from 'hyparquet/src/thrift.js';
import { viewOf } from './view-of.ts';

/** A value is taken out of 32 bits, of which up to 7 belong to others. */
const WIDEST = 25;

/**
 * Fills `output` from runs of one value and bit-packed values of this width in bits, several times as fast as
 * hyparquet.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 * @throws RangeError when the bytes are too few.
 */
export function readHybrid(
  bytes: Uint8Array,
  width: number,
  output: Uint8Array | Int32Array,
): void {
  if (width > WIDEST) throw new RangeError(`values of ${width} bits`);
  const reader = { view: viewOf(bytes), offset: 0 };
  const valueBytes = Math.ceil(width / 8);
  for (let seen = 0; seen < output.length; ) {
    const header = readVarInt(reader);
    const length = header >>> 1;
    const from = reader.offset;
    if ((header & 1) === 1) {
      const packed = output.subarray(seen, seen + length * 8);
      unpack(bytes, from, width, packed);
      reader.offset = from + length * width;
      seen += packed.length;
    } else {
      output.fill(numberAt(bytes, from, valueBytes), seen, seen + length);
      reader.offset = from + valueBytes;
      seen += length;
    }
  }
}

function unpack(
  bytes: Uint8Array,
  from: number,
  width: number,
  output: Uint8Array | Int32Array,
): void {
  const view = viewOf(bytes);
  const mask = (1 << width) - 1;
  const last = bytes.length - 4;
  for (let index = 0, bit = 0; index < output.length; index++, bit += width) {
    const at = from + (bit >>> 3);
    const word = at <= last ? view.getUint32(at, true) : wordAtEnd(bytes, at, (bit & 7) + width);
    output[index] = (word >>> (bit & 7)) & mask;
  }
}

/** The bytes from `at` on that have this many bits, the lowest first. */
function wordAtEnd(bytes: Uint8Array, at: number, bits: number): number {
  return numberAt(bytes, at, Math.ceil(bits / 8));
}

function numberAt(bytes: Uint8Array, at: number, length: number): number {
  if (at + length > bytes.length) throw new RangeError('a run ends beyond its page');
  let number = 0;
  for (let index = length - 1; index >= 0; index--)
    number = (number << 8) | (bytes[at + index] ?? 0);
  return number;
}
