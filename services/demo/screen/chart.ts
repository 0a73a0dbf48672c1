import type { Line } from './paint.ts';
import { sizeText } from './story-lines.ts';

/** How large a chart is. */
export interface ChartSize {
  readonly columns: number;
  readonly rows: number;
  /** How many minutes there will be: the chart fills up from the left. */
  readonly minutes: number;
}

const BLOCKS = ' ▁▂▃▄▅▆▇█';
const THRESHOLD = '╌';
const LABEL_COLUMNS = 18;
const WIDEST_MINUTE = 4;

/** Bytes per minute as columns of blocks, red above the threshold, which is drawn as a line. */
export function chartLines(
  minutes: readonly number[],
  threshold: number,
  { columns, rows, minutes: expected }: ChartSize,
): Line[] {
  const room = Math.max(1, columns - LABEL_COLUMNS);
  const width = Math.max(1, Math.min(WIDEST_MINUTE, Math.floor(room / expected)));
  const places = Math.min(expected, Math.floor(room / width));
  const shown = minutes.slice(-places);
  const rest = ' '.repeat(width * (places - shown.length));
  const top = Math.max(...minutes, threshold, 1);
  const thresholdRow = Math.min(rows - 1, Math.floor((threshold / top) * rows));
  return Array.from({ length: rows }, (_, fromTop) => {
    const row = rows - 1 - fromTop;
    const isThreshold = row === thresholdRow;
    const empty = (text: string): Line[number] =>
      isThreshold ? [THRESHOLD.repeat(text.length), 'dim'] : [text];
    const cells = shown.map((bytes): Line[number] => {
      const block = blockOf((bytes / top) * rows - row).repeat(width);
      return block.trim() === '' ? empty(block) : [block, bytes > threshold ? 'red' : 'green'];
    });
    const label = isThreshold ? ` ${sizeText(threshold)}/min` : '';
    return [...cells, empty(rest), [label, 'dim']];
  });
}

/** How much of a character's height is filled. */
function blockOf(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * 8);
  return BLOCKS[eighths] ?? ' ';
}
