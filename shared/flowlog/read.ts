import { decompress, releaseBuffer } from './decompress.ts';
import { unwrapFailed } from './envelope/envelope.ts';
import { byForm } from './form.ts';
import type { FlowSource } from './source.ts';
import { textSource } from './text-source.ts';

/**
 * The flow logs of a file or object: text, plain or gzip, and what Firehose keeps of records that could
 * not be transformed. It can be read once.
 */
export function readFlowLog(input: AsyncIterable<Uint8Array>): FlowSource {
  return {
    read: (reader) =>
      byForm(decompress(input), (text) => textSource(released(unwrapFailed(text))).read(reader)),
  };
}

/** The pieces, of which each gives its memory back when the next one is asked for. */
async function* released(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    releaseBuffer(piece);
  }
}
