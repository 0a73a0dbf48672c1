const BLANK = 32;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Leaves single blanks between the values of the line at `at` and nothing before them, not even a
 * byte order mark, moving the values towards the newline. Returns where the line begins then, or -1
 * when there was nothing to do.
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
