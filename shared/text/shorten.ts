import { printable } from './printable.ts';

/** A name takes this much of a line at most; AWS allows 256 characters in a tag. */
const LONGEST_NAME = 64;

/** At most so many characters, the last of them `…` when some were left out. */
export function shorten(text: string, longest: number): string {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

/**
 * A name within a sentence or mail. Runs of blanks become one, so that no name can push text of its own
 * to where the next line seems to begin.
 */
export function shownName(name: string): string {
  return shorten(
    printable(name)
      .replace(/\p{Zs}+/gu, ' ')
      .trim(),
    LONGEST_NAME,
  );
}
