import { readFileSync, writeFileSync } from 'node:fs';

/** What one collector keeps of the flows that natflow sends. */
export interface Row {
  readonly collector: string;
  readonly version: string;
  readonly v5: string;
  readonly v9: string;
  readonly ipfix: string;
  /** The setting that it needs. */
  readonly setting: string;
  readonly command: string;
}

const FILE = new URL('works-with.json', import.meta.url);

/** The rows of the last run of `npm run test:collectors:all`. */
export function storedRows(): readonly Row[] {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** Replaces the rows of these collectors, and keeps the others. */
export function storeRows(rows: readonly Row[]): void {
  const stored = new Map(storedRows().map((row) => [row.collector, row]));
  for (const row of rows) stored.set(row.collector, row);
  writeFileSync(FILE, `${JSON.stringify([...stored.values()], null, 2)}\n`);
}

/** The table "Works with" of the README. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ collector, version, v5, v9, ipfix, setting, command }) =>
    [collector, version, v5, v9, ipfix, setting, `\`${command}\``].join(' | '),
  );
  return [
    '| collector | version | v5 | v9 | IPFIX | setting | command |',
    '|---|---|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}
