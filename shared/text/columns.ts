import { printable } from './printable.ts';
import { shorten } from './shorten.ts';

/** The side on which a column is aligned. */
export type Align = 'left' | 'right';

/**
 * Rows as lines of aligned cells, two blanks between columns. Cells longer than `longest` characters are cut,
 * except in the last column, where they move nothing.
 */
export function columns(
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
  longest = 48,
): string[] {
  const last = aligns.length - 1;
  const cells = rows.map((row) =>
    row.map((cell, column) => shorten(printable(cell), column < last ? longest : Infinity)),
  );
  const widths = aligns.map((_, column) =>
    Math.max(...cells.map((row) => [...(row[column] ?? '')].length)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, aligns[column] ?? 'left'))
      .join('  ')
      .trimEnd(),
  );
}

function pad(text: string, width: number, align: Align): string {
  const blanks = ' '.repeat(Math.max(0, width - [...text].length));
  return align === 'left' ? text + blanks : blanks + text;
}
