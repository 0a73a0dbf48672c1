import { readVarInt } from 'hyparquet/src/thrift.js';
import { viewOf } from './page.ts';

/** A value is taken out of 32 bits, of which up to 7 belong to others. */
const WIDEST = 25;
const SLACK = 4;

/**
 * Fills `output` from runs of one value and bit-packed values of this width in bits, several times as fast as
 * hyparquet.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function readHybrid(bytes: Uint8Array, width: number, output: Uint8Array | Int32Array) {
  if (width > WIDEST) throw new RangeError(`values of ${width} bits`);
  const end = bytes.length;
  const reader = { view: viewOf(Buffer.concat([bytes], end + SLACK)), offset: 0 };
  for (let seen = 0; seen < output.length; ) {
    const header = readVarInt(reader);
    const isPacked = (header & 1) === 1;
    const count = Math.min(output.length - seen, isPacked ? (header >>> 1) * 8 : header >>> 1);
    const from = reader.offset;
    if (from + (isPacked ? (count * width) / 8 : width / 8) > end || from >= end + SLACK) {
      throw new RangeError('a run ends beyond its page');
    }
    const part = output.subarray(seen, seen + count);
    if (isPacked) unpack(reader.view, from, width, part);
    else part.fill(reader.view.getUint32(from, true) & maskOf(Math.ceil(width / 8) * 8));
    reader.offset += isPacked ? (header >>> 1) * width : Math.ceil(width / 8);
    seen += count;
  }
}

function unpack(view: DataView, from: number, width: number, output: Uint8Array | Int32Array) {
  const mask = maskOf(width);
  for (let index = 0, bit = 0; index < output.length; index++, bit += width) {
    output[index] = (view.getUint32(from + (bit >>> 3), true) >>> (bit & 7)) & mask;
  }
}

function maskOf(width: number): number {
  return width === 32 ? -1 : (1 << width) - 1;
}
