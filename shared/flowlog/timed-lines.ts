import { wholeLines } from './whole-lines.ts';

/**
 * What stands before the lines of a log group. An export task writes a time, `aws logs tail` a time and the
 * log stream; only where the time has an offset may a stream have any name.
 */
const BEFORE_LINE =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:?\d\d \S+|Z?(?: \S+-(?:all|accept|reject))?) +/gm;

/** SGR of ECMA-48, with which `aws logs tail --color on` colors the time and the stream. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colors are control characters.
const COLOR = /\u001b\[[\d;]*m/g;

/** The lines of a log group without what was put before each. */
export async function* withoutTimes(text: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const lines of wholeLines(text)) {
    yield Buffer.from(
      lines.toString('latin1').replace(COLOR, '').replace(BEFORE_LINE, ''),
      'latin1',
    );
  }
}
