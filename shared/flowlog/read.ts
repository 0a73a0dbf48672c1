import { decompress } from './decompress.ts';
import { unwrapFailed } from './failed-records.ts';

/**
 * The flow log text of a file or object: plain or gzip, and what Firehose keeps of records that
 * could not be transformed. A piece is valid until the next one is asked for.
 * @throws Error saying what the input is instead; everything readable before has been given by then.
 */
export function readFlowLog(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return unwrapFailed(decompress(input));
}
