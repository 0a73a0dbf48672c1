import { jsonText } from '../../text/printable.ts';
import type { Report } from '../model/report.ts';

/** The report as an indented JSON object and a newline, safe to show on a terminal, without what only the page needs. */
export function renderJson({ cells: _, ...report }: Report): string {
  return `${jsonText(report, 2)}\n`;
}
