import { wholeLines } from './whole-lines.ts';

/** RFC 4180: a value, perhaps in quotes, and what ends it. */
const VALUE = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/y;
/** The column that has whole lines: in the console's results, and in those of Logs Insights. */
const MESSAGE = /^@?message$/;

/**
 * The flow log lines of a CSV file: of its message column, or made of its values where the columns are
 * fields of flow logs.
 */
export async function* csvLines(text: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let message: number | undefined;
  for await (const lines of wholeLines(text)) {
    let csv = lines.toString();
    if (message === undefined) {
      message = rowOf(csv, 0).values.findIndex((name) => MESSAGE.test(name.trim()));
      if (message >= 0) csv = csv.slice(csv.indexOf('\n') + 1);
    }
    yield Buffer.from(linesOf(csv, message));
  }
}

function linesOf(csv: string, message: number): string {
  let lines = '';
  for (let at = 0; at < csv.length; ) {
    const { values, end } = rowOf(csv, at);
    const line = message < 0 ? values.map(orDash).join(' ') : (values[message] ?? values.join());
    lines += line.endsWith('\n') ? line : `${line}\n`;
    at = end;
  }
  return lines;
}

/** The row at `at`, and where the next one begins. */
function rowOf(csv: string, at: number): { readonly values: string[]; readonly end: number } {
  const values: string[] = [];
  for (VALUE.lastIndex = at; ; ) {
    const [, quoted, plain = '', separator] = VALUE.exec(csv) ?? [];
    if (separator === undefined) return { values: [lineAt(csv, at)], end: nextLine(csv, at) };
    values.push(quoted?.replaceAll('""', '"') ?? plain);
    if (separator !== ',') return { values, end: VALUE.lastIndex };
  }
}

function orDash(value: string): string {
  return value.trim() || '-';
}

function nextLine(csv: string, at: number): number {
  return csv.indexOf('\n', at) + 1 || csv.length;
}

function lineAt(csv: string, at: number): string {
  return csv.slice(at, nextLine(csv, at)).trimEnd();
}
