import { expect } from '@jest/globals';
import { objectEnd } from '../../shared/flowlog/json-object.ts';
import { LineAssembler } from '../../shared/flowlog/line-assembler.ts';
import { NEWLINE, OPEN_BRACE } from '../../shared/text/ascii.ts';

/** The bytes that the parser may look at beyond the end of the text. */
const SLACK = 16;

/** The end of the line or object at `at`; 0 when it is incomplete. */
function endOf(window: Uint8Array, at: number, filled: number, end: number): number {
  if (window[at] !== OPEN_BRACE) return at < end ? window.indexOf(NEWLINE, at) + 1 : 0;
  const objectAt = objectEnd(window, at, filled);
  return objectAt < filled ? Math.max(objectAt, 0) : 0;
}

/** Writes text in pieces of this size. Returns the lines, and the number of bytes that were examined. */
export function readInPieces(text: string, pieceBytes: number) {
  const result = { seen: [] as string[], bytes: 0, lost: 0 };
  const assembler = new LineAssembler(
    (window, filled, end) => {
      expect(filled).toBeGreaterThan(0);
      expect(window.length).toBeGreaterThanOrEqual(filled + SLACK);
      expect(end).toBe(window.lastIndexOf(NEWLINE, filled - 1) + 1);
      result.bytes += filled;
      let at = 0;
      for (let next = endOf(window, 0, filled, end); next > 0; ) {
        result.seen.push(Buffer.from(window.subarray(at, next)).toString().trimEnd());
        at = next;
        next = at < filled ? endOf(window, at, filled, end) : 0;
      }
      return at;
    },
    () => result.lost++,
  );
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    assembler.write(bytes.subarray(at, at + pieceBytes));
  }
  assembler.end();
  result.seen = result.seen.filter((each) => each !== '');
  return result;
}
