/** RFC 4180: a value, perhaps in quotes, and what ends it. */
const VALUE = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/y;
/**
 * The row at `at` of CSV text, and where the next one begins. A line that is not CSV, such as one with an open quote,
 * is one value.
 */
export function csvRow(
  csv: string,
  at: number,
): { readonly values: string[]; readonly end: number } {
  const values: string[] = [];
  for (VALUE.lastIndex = at; ; ) {
    const [, quoted, plain = '', separator] = VALUE.exec(csv) ?? [];
    if (separator === undefined) return { values: [lineAt(csv, at)], end: nextLine(csv, at) };
    values.push(quoted?.replaceAll('""', '"') ?? plain);
    if (separator !== ',') return { values, end: VALUE.lastIndex };
  }
}

function nextLine(csv: string, at: number): number {
  return csv.indexOf('\n', at) + 1 || csv.length;
}

function lineAt(csv: string, at: number): string {
  return csv.slice(at, nextLine(csv, at)).trimEnd();
}
