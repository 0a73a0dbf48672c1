import { compileReader } from '../../shared/flowlog/compile.ts';
import { parseFormat } from '../../shared/flowlog/format.ts';
import type { LineReader } from '../../shared/flowlog/readers.ts';
import { TextFlow } from '../../shared/flowlog/text-flow.ts';

const LOOKED_AT = 16;
const readers = new Map<string, LineReader>();

/**
 * Reads one line with the code compiled for its format: the flow, or undefined when the line cannot be read to its
 * end. The line is followed by digits, which a reader may look at but must not read as part of it.
 */
export function readLine(format: string, line: string | Uint8Array): TextFlow | undefined {
  const reader = readers.get(format) ?? compileReader(parseFormat(format));
  readers.set(format, reader);
  const bytes = Buffer.from(line);
  const window = Buffer.concat([bytes, Buffer.from(`\n${'5'.repeat(LOOKED_AT)}`)]);
  const view = new DataView(window.buffer, window.byteOffset, window.length);
  const flow = new TextFlow();
  return reader(window, view, 0, flow) === bytes.length ? flow : undefined;
}

/** The text with one of its bytes, or the byte after it, replaced by every possible byte. */
export function* withEveryByte(text: string): Generator<Buffer> {
  for (let at = 0; at <= text.length; at++) {
    for (let byte = 0; byte < 256; byte++) {
      const bytes = Buffer.from(at === text.length ? `${text} ` : text);
      bytes[at] = byte;
      yield bytes;
    }
  }
}
