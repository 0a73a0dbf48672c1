/** What a report is written to. */
export const REPORT_FILES = {
  html: 'report.html',
  json: 'report.json',
  picture: 'report.svg',
  mail: 'mail-finished.txt',
} as const;
