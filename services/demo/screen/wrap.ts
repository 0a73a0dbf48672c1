/** What stands before the text of a line: blanks, and a name such as `report  `. */
const INDENT = /^ *(?:\S+(?: \S+)? {2,})?/;

/**
 * A line in pieces that fit the terminal, broken between words; the text of all begins in one column. A word that is
 * longer than a line is not broken.
 */
export function wrap(line: string, columns: number): string[] {
  const head = INDENT.exec(line)?.[0] ?? '';
  const indent = ' '.repeat(Math.min(head.length, columns >> 1));
  const [first = '', ...parts] = line.slice(head.length).match(/ *\S+/g) ?? [];
  const pieces: string[] = [];
  let piece = head + first;
  for (const part of parts) {
    if (piece.length + part.length < columns) piece += part;
    else {
      pieces.push(piece);
      piece = indent + part.trimStart();
    }
  }
  return [...pieces, piece];
}
