/**
 * Characters that do not show as themselves, except line ends. `C` is Unicode's category "other": controls (C0,
 * DEL, C1), which control a terminal; format characters, some of which reverse the reading direction; lone
 * surrogates; unassigned code points. `DI` is default ignorable: zero width characters, fillers, variation
 * selectors. `Zl` and `Zp` separate lines and paragraphs. The lookbehind for line ends stands after the match,
 * because before it every character would be examined twice.
 */
const UNPRINTABLE = /[\p{C}\p{DI}\p{Zl}\p{Zp}](?<!\n|\r(?=\n))/gu;
/** Most text is plain, and takes longer to look at with all of Unicode in mind. */
const PLAIN = /^[\n\x20-\x7e]*$/;
const LINE_END = /\r?\n/g;

/**
 * Foreign text for a line of output: every unprintable character, line ends included, becomes its JSON escape,
 * such as `\u001b`. An escape instead of U+FFFD keeps different names different and shows what they contain.
 * The result is printable: a second call changes nothing.
 */
export function printable(text: string): string {
  return printableLines(text).replace(LINE_END, jsonEscape);
}

/** The same for text of several lines: line ends stay. JSON keeps its meaning. */
export function printableLines(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNPRINTABLE, jsonEscape);
}

/** The value as JSON text without unprintable characters; parsing it gives the same value. */
export function jsonText(value: object, indent?: number): string {
  return printableLines(JSON.stringify(value, undefined, indent));
}

/** One escape per UTF-16 code unit, as in JSON. */
function jsonEscape(characters: string): string {
  const units = characters.split('');
  return units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}
