import { printable } from './printable.ts';

/** The most characters of a name in a line; AWS allows 256 in a tag. */
const LONGEST_NAME = 64;

/** The text cut to at most `longest` characters, the last of them `…` if any were left out. */
export function shorten(text: string, longest: number): string {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

/**
 * A name for a sentence or mail: printable, short, and with single blanks, because many blanks could push the
 * name's text to where the next line seems to begin.
 */
export function shownName(name: string): string {
  return shorten(
    printable(name)
      .replace(/\p{Zs}+/gu, ' ')
      .trim(),
    LONGEST_NAME,
  );
}
