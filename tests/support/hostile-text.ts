/** The characters of a code point range; of a long range, those at its ends. */
function range(from: number, to: number): string[] {
  const points =
    to - from > 32 ? [from, to] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return points.map((point) => String.fromCodePoint(point));
}

/** Line ends: carriage return and newline. */
const LINE_ENDS = ['\r', '\n'];
const C0 = range(0x00, 0x1f).filter((character) => !LINE_ENDS.includes(character));
const BEYOND_ASCII = [
  // DEL and C1: 0x9b begins a command as ESC [ does.
  ...range(0x7f, 0x9f),
  // Bidirectional controls, and separators of lines and paragraphs.
  ...['\u061c', '\u200e', '\u200f', '\u2028', '\u2029'],
  ...range(0x202a, 0x202e),
  ...range(0x2066, 0x2069),
  // Characters without width, fillers, variation selectors, tags.
  ...[
    '\u00ad',
    '\u034f',
    '\u115f',
    '\u180e',
    '\u200b',
    '\u200c',
    '\u200d',
    '\u2060',
    '\u3164',
    '\ufeff',
  ],
  ...['\ufe00', '\ufe0f', '\u{e0001}', '\u{e0041}', '\u{e0100}'],
  // Noncharacters, which XML, and therefore SVG, forbids.
  ...['\ufdd0', '\ufffe', '\uffff'],
];
const LONE_SURROGATES = ['\ud800', '\udfff'];

const COMMANDS = '\u001b[2J\u001b]0;title\u0007\u009b2J';
const FORGED = 'FORGED: npx evil';

/** A marker in every hostile text. */
export const MARK = 'mark';

/** Hostile text for a tag, a message or a JSON file. */
export const HOSTILE = [
  MARK,
  ...[...C0, ...BEYOND_ASCII].map((character) => `${character}|`),
  ...LONE_SURROGATES.map((character) => `${character}|`),
  `${COMMANDS}\r${FORGED}\n${FORGED}\r\n${FORGED}\u0085${FORGED}\u2028${FORGED}`,
].join('');

/** The same for process arguments and file names, which cannot contain NUL or a slash. */
export const HOSTILE_ARGUMENT = [
  MARK,
  ...[
    '\u0007',
    '\u001b',
    '\u0008',
    '\u007f',
    '\u0085',
    '\u009b',
    '\u202e',
    '\u2066',
    '\u200b',
    '\u2028',
  ],
  `${COMMANDS}\n${FORGED}\r\n${FORGED}`,
].join('');

/** The same for XML, which cannot contain C0 controls, and whose parsers change carriage returns. */
export const HOSTILE_IN_XML = `${MARK}${BEYOND_ASCII.slice(0, -2).join('|')}\n${FORGED}`;

/** The same for a field of a flow log line, without blanks and C0 controls, which end a field. */
export const HOSTILE_FIELD = `${MARK}${BEYOND_ASCII.join('|')}`;

/** Text with everything that could be read as the end of a line or as more fields. */
export const HOSTILE_LINE = `${MARK} ${[...C0, ...BEYOND_ASCII].join('|')}${COMMANDS}\r${FORGED}`;

/** The dangerous characters in an output, by code point. Line ends are allowed. */
export function dangersIn(output: string): string[] {
  const raw = [...C0, ...BEYOND_ASCII].filter((character) => output.includes(character));
  const names = raw.map((character) => `U+${character.codePointAt(0)?.toString(16)}`);
  if (!output.isWellFormed()) names.push('a lone surrogate');
  if (/\r(?!\n)/.test(output)) names.push('a carriage return');
  if (/^FORGED/m.test(output)) names.push('a forged line');
  return names;
}
