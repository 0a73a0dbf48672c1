import { styleText } from 'node:util';
import { printable } from '../../../shared/text/printable.ts';

type Style = Parameters<typeof styleText>[0];

/** A line of a picture in parts, so that it can be cut to the terminal's width before it gets colours. */
export type Line = readonly (readonly [text: string, style?: Style])[];

/** The line as a terminal so wide shows it. */
export function paint(line: Line, columns: number): string {
  let left = columns - 1;
  return line
    .map(([text, style]) => {
      const shown = [...printable(text)].slice(0, Math.max(0, left)).join('');
      left -= shown.length;
      return style === undefined || shown === '' ? shown : styleText(style, shown);
    })
    .join('');
}
