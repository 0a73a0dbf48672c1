/** A code point range as its characters; of long ranges the ends. */
function range(from: number, to: number): string[] {
  const points =
    to - from > 32 ? [from, to] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return points.map((point) => String.fromCodePoint(point));
}

/** Carriage return and newline: what ends a line. */
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
  // Noncharacters, which XML and so SVG forbid.
  ...['\ufdd0', '\ufffe', '\uffff'],
];
const LONE_SURROGATES = ['\ud800', '\udfff'];

const COMMANDS = '\u001b[2J\u001b]0;title\u0007\u009b2J';
const FORGED = 'FORGED: npx evil';

/** In every hostile text, to find it again. */
export const MARK = 'mark';

/** Text as a tag, a message or a JSON file may hold it. */
export const HOSTILE = [
  MARK,
  ...[...C0, ...BEYOND_ASCII].map((character) => `${character}|`),
  ...LONE_SURROGATES.map((character) => `${character}|`),
  `${COMMANDS}\r${FORGED}\n${FORGED}\r\n${FORGED}\u0085${FORGED}\u2028${FORGED}`,
].join('');

/** The same for the arguments of a process and the names of files, which hold neither NUL nor a slash. */
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

/** The same for XML, which cannot hold C0 and whose readers change carriage returns. */
export const HOSTILE_IN_XML = `${MARK}${BEYOND_ASCII.slice(0, -2).join('|')}\n${FORGED}`;

/** The same for a field of a flow log line, which blanks and C0 end. */
export const HOSTILE_FIELD = `${MARK}${BEYOND_ASCII.join('|')}`;

/** A line's worth of everything that could be taken for its end or for more fields. */
export const HOSTILE_LINE = `${MARK} ${[...C0, ...BEYOND_ASCII].join('|')}${COMMANDS}\r${FORGED}`;

/** What stands raw in an output and must not, by code point; line ends are the output's own. */
export function dangersIn(output: string): string[] {
  const raw = [...C0, ...BEYOND_ASCII].filter((character) => output.includes(character));
  const names = raw.map((character) => `U+${character.codePointAt(0)?.toString(16)}`);
  if (!output.isWellFormed()) names.push('a lone surrogate');
  if (/\r(?!\n)/.test(output)) names.push('a carriage return');
  if (/^FORGED/m.test(output)) names.push('a forged line');
  return names;
}
