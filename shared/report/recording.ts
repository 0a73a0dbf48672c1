/** The report of a recording as files, by their extension. */
export type ReportFiles = Readonly<Record<'html' | 'json', string>>;
