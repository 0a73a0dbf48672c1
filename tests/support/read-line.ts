import { compileReader, type LineReader } from '../../shared/flowlog/compile.ts';
import { parseFormat } from '../../shared/flowlog/format.ts';
import { TextFlow } from '../../shared/flowlog/text-flow.ts';

const LOOKED_AT = 16;
const readers = new Map<string, LineReader>();

/**
 * Reads one line by the code for its format: the flow, or undefined when the line does not read to its
 * end. Digits stand after it, which a reader may look at and must not take for its own.
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

/** The text with one byte of it, or one after it, replaced by every byte there is. */
export function* withEveryByte(text: string): Generator<Buffer> {
  for (let at = 0; at <= text.length; at++) {
    for (let byte = 0; byte < 256; byte++) {
      const bytes = Buffer.from(at === text.length ? `${text} ` : text);
      bytes[at] = byte;
      yield bytes;
    }
  }
}
