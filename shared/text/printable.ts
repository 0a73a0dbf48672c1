/**
 * What does not show as itself, except line ends. `C` is Unicode's "other": controls (C0, DEL, C1), which
 * drive a terminal; format characters, among them those that turn the reading direction; lone surrogates;
 * and code points that this version of Unicode gives no meaning. `DI` is default ignorable: zero width
 * characters, fillers, variation selectors. `Zl` and `Zp` separate lines and paragraphs. Line ends are
 * excepted after the match: before it, every character would be looked at twice.
 */
const UNPRINTABLE = /[\p{C}\p{DI}\p{Zl}\p{Zp}](?<!\n|\r(?=\n))/gu;
const LINE_END = /\r?\n/g;

/**
 * Foreign text made fit for a line of output: every unprintable character, line ends included, becomes its
 * JSON escape, `\u001b` or `\u202e`. An escape rather than U+FFFD, because names that differ stay different
 * and a reader sees what they hold. It is plain text itself: a second call changes nothing.
 */
export function printable(text: string): string {
  return printableLines(text).replace(LINE_END, jsonEscape);
}

/** The same for text of several lines, which stay lines. What is JSON stays the same JSON. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE, jsonEscape);
}

/** The value as JSON text that a terminal can show; its reader gets the value unchanged. */
export function jsonText(value: object, indent?: number): string {
  return printableLines(JSON.stringify(value, undefined, indent));
}

/** Outside the Basic Multilingual Plane two escapes, as JSON has it. */
function jsonEscape(characters: string): string {
  const units = characters.split('');
  return units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}
