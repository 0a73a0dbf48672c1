import { BLANK } from '../text/ascii.ts';

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Rewrites the line at `at` with single blanks between its values, and without blanks or a byte order mark
 * before them: the values are moved towards the newline. Returns where the line begins now, or -1 when
 * nothing had to be changed.
 */
export function squeezeBlanks(window: Uint8Array, at: number, newline: number): number {
  let to = newline;
  let hasTabs = false;
  for (let from = newline - 1; from >= at; from--) {
    const byte = window[from] ?? BLANK;
    hasTabs ||= byte < BLANK;
    if (byte > BLANK) window[--to] = byte;
    else if ((window[to] ?? 0) > BLANK) window[--to] = BLANK;
  }
  if (window[to] === BLANK) to++;
  const hasMark = BYTE_ORDER_MARK.every((byte, index) => window[to + index] === byte);
  if (hasMark) return to + BYTE_ORDER_MARK.length;
  return hasTabs || to > at || to === newline ? to : -1;
}
