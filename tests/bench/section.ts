import { type Encoded, type Runs, type Sent, sameContent } from './measure.ts';
import { median, ratio } from './run.ts';

/** One figure of a run. */
export interface Column<T> {
  readonly head: string;
  readonly digits: number;
  readonly of: (run: T) => number;
}

/** One table of the report: medians of the programs, then ratios between programs. */
export interface Section {
  readonly title: string;
  readonly heads: readonly string[];
  readonly medians: Readonly<Record<string, readonly number[]>>;
  readonly ratios: Readonly<Record<string, readonly number[]>>;
  readonly digits: readonly number[];
  readonly note: string;
}

const PAIRS = [
  ['natflow', 'plain C'],
  ['naive TypeScript', 'natflow'],
] as const;

/** The table of these runs. */
export function section<T>(
  title: string,
  runs: Runs<T>,
  columns: readonly Column<T>[],
  note: string,
): Section {
  const values = (name: string, { of }: Column<T>) => runs.get(name)?.map(of) ?? [];
  const pairs = PAIRS.filter(([over, under]) => runs.has(over) && runs.has(under));
  return {
    title,
    note,
    heads: columns.map(({ head }) => head),
    digits: columns.map(({ digits }) => digits),
    medians: Object.fromEntries(
      [...runs.keys()].map((name) => [name, columns.map((column) => median(values(name, column)))]),
    ),
    ratios: Object.fromEntries(
      pairs.map(([over, under]) => [
        `${over} / ${under}`,
        columns.map((column) => ratio(values(over, column), values(under, column))),
      ]),
    ),
  };
}

/** The table as text with aligned columns. */
export function render({ title, heads, medians, ratios, digits, note }: Section): string {
  const fixed = (row: readonly number[], unit: string) =>
    row.map((value, i) => value.toFixed(unit === 'x' ? 2 : digits[i]) + unit);
  const rows = [
    ['', ...heads],
    ...Object.entries(medians).map(([name, row]) => [name, ...fixed(row, '')]),
    ...Object.entries(ratios).map(([name, row]) => [name, ...fixed(row, 'x')]),
  ];
  const lines = rows.map(
    ([name = '', ...cells]) =>
      `  ${name.padEnd(26)}${cells.map((cell) => cell.padStart(14)).join('')}`,
  );
  return [title, ...lines, `  ${note}`, ''].join('\n');
}

/**
 * A sentence that all programs encoded the same flows.
 * @throws Error when they did not, because their times cannot be compared then.
 */
export function checkEncoded(runs: Runs<Encoded>): string {
  const contents = [...runs.values()].flat().map(({ content }) => content);
  const first = contents[0];
  if (!first || !contents.every((content) => sameContent(content, first))) {
    throw new Error(`the programs encoded different flows: ${JSON.stringify([...runs])}`);
  }
  return `all encoded the same ${first.records} flows, digest ${first.digest}`;
}

/**
 * A sentence that the same flows arrived from all programs, or how many the sink's socket dropped.
 * @throws Error when flows differ although none were dropped.
 */
export function checkSent(runs: Runs<Sent>): string {
  const sent = [...runs.values()].flat();
  const whole = sent.filter(({ flows, arrived }) => arrived.records === flows);
  const first = whole[0]?.arrived;
  if (first && !whole.every(({ arrived }) => sameContent(arrived, first))) {
    throw new Error(`the programs sent different flows: ${JSON.stringify([...runs])}`);
  }
  const same = first ? `the same ${first.records} flows, digest ${first.digest}` : 'nothing whole';
  const losses = [...runs].map(([name, list]) => [name, lost(list)] as const);
  const told = losses.filter(([, share]) => share > 0).map(([name, share]) => `${name} ${share}`);
  return `arrived: ${same}${told.length > 0 ? `; lost in the sink, %: ${told.join(', ')}` : ''}`;
}

function lost(runs: readonly Sent[]): number {
  const share = median(runs.map(({ flows, arrived }) => 1 - arrived.records / flows));
  return Math.round(share * 10_000) / 100;
}
