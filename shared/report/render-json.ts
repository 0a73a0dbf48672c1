import type { Report } from './report.ts';

/** The report as one JSON object, with a newline. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
