import { jsonText } from '../../text/printable.ts';
import type { Report } from '../model/report.ts';

/** The report as one JSON object, with a newline. */
export function renderJson(report: Report): string {
  return `${jsonText(report, 2)}\n`;
}
