import { csvRow } from '../text/csv-row.ts';
import { wholeLines } from './whole-lines.ts';

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
      message = csvRow(csv, 0).values.findIndex((name) => MESSAGE.test(name.trim()));
      if (message >= 0) csv = csv.slice(csv.indexOf('\n') + 1);
    }
    yield Buffer.from(linesOf(csv, message));
  }
}

function linesOf(csv: string, message: number): string {
  let lines = '';
  for (let at = 0; at < csv.length; ) {
    const { values, end } = csvRow(csv, at);
    const line = message < 0 ? values.map(orDash).join(' ') : (values[message] ?? values.join());
    lines += line.endsWith('\n') ? line : `${line}\n`;
    at = end;
  }
  return lines;
}

function orDash(value: string): string {
  return value.trim() || '-';
}
