/** What a report is written to, below the out folder. */
export type ReportFiles = Readonly<Record<'html' | 'json' | 'picture' | 'mail', string>>;

/** The files of the first report, the second one, … */
export function reportFiles(number: number): ReportFiles {
  const suffix = number === 1 ? '' : `-${number}`;
  return {
    html: `report${suffix}.html`,
    json: `report${suffix}.json`,
    picture: `report${suffix}.svg`,
    mail: `mail-finished${suffix}.txt`,
  };
}
