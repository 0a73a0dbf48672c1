import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { reportOn, storyLines } from '../reporter/story.ts';
import { type Rows, runInTrino } from './engine.ts';
import { compareMonth, monthsOf, statementsOf } from './months.ts';
import { type Recording, recording } from './recordings.ts';
import { columnsOfTable, queriesOf } from './saved-queries.ts';

const SEED = Number(process.env['NATFLOW_SEED'] ?? Date.now() % 1_000_000);
const RECORDINGS = 12;
const QUERIES = queriesOf('flows');
const COLUMNS = columnsOfTable();
/** Trino takes a statement of up to a million characters. */
const MOST_CHARACTERS = 500_000;
const GIB = 2 ** 30;

/** The partition of lines that came just now. */
const HOUR = new Date().toISOString().slice(0, 13).replace(/[-T]/g, '/');

const TRINO_TYPES: Readonly<Record<string, string>> = { int: 'integer', string: 'varchar' };

/** As the table's reader does: values are between blanks, `-` is null, and so is a field that a line does not have. */
const SELECT_COLUMNS = COLUMNS.map(({ Name, Type }, at) => {
  const value = Name === 'hour' ? `'${HOUR}'` : `nullif(element_at(value, ${at + 1}), '-')`;
  return `CAST(${value} AS ${TRINO_TYPES[Type] ?? Type}) AS "${Name}"`;
}).join(', ');

function* statements({ lines }: Recording): Generator<string> {
  let [verb, text] = ['CREATE TABLE flows AS', ''];
  for (const [index, line] of lines.entries()) {
    text += index === 0 || text === '' ? line : `\n${line}`;
    if (text.length < MOST_CHARACTERS && index < lines.length - 1) continue;
    const split = `UNNEST(transform(split('${text}', chr(10)), line -> split(line, ' '))) AS lines (value)`;
    yield `${verb} SELECT ${SELECT_COLUMNS} FROM ${split}`;
    [verb, text] = ['INSERT INTO flows', ''];
  }
  yield* QUERIES.values();
}

const STORY = {
  kind: 'the story',
  format: RECORDING_FORMAT,
  lines: storyLines().trimEnd().split('\n').slice(1),
};
const ALL = [STORY, ...fc.sample(recording, { seed: SEED, numRuns: RECORDINGS })];
const ALL_MONTHS = monthsOf(SEED);

/** The rows of each statement: for each recording, and then for each month. Trino starts once for all. */
let answers: Rows[][];
beforeAll(async () => {
  const lists = [...ALL.map(statements), ...ALL_MONTHS.map(statementsOf)];
  answers = await runInTrino(lists.map((each) => [...each]));
});

/** The rows of a saved query on a recording. */
function rowsOf(query: string, index: number): Rows {
  const names = [...QUERIES.keys()];
  return answers[index]?.slice(-names.length)[names.indexOf(query)] ?? [];
}

const report = ({ format, lines }: Recording) =>
  reportOn([format.join(' '), ...lines, ''].join('\n'), { top: 1000 });

/** Numbers by the words that name their row. */
type Table = ReadonlyMap<string, readonly number[]>;

/** Compares rows; each column of numbers may be off by so much. */
function compare(said: Table, known: Table, tolerances: readonly number[]): void {
  expect([...said.keys()].sort()).toEqual([...known.keys()].sort());
  for (const [row, numbers] of known) {
    const pairs = numbers.map((number, at) => [said.get(row)?.[at] ?? Number.NaN, number] as const);
    const apart = pairs.filter(
      ([is, ought], at) => !(Math.abs(is - ought) < (tolerances[at] ?? 0)),
    );
    expect([row, apart]).toEqual([row, []]);
  }
}

/** Half of the last digit, and a rounding error. */
const HALF_A_THOUSANDTH = 0.000501;
const HALF_A_TENTH = 0.0501;
const MIB = 2 ** 20;
/** The report counts whole bytes: the last minute of a flow takes less than a byte of each of the ten minutes before. */
const MIB_OF_A_FLOW = 10 / MIB;

const table = (rows: Rows, words: number): Table =>
  new Map(rows.map((row) => [row.slice(0, words).join(' '), row.slice(words).map(Number)]));

function compareWho(rows: Rows, { sources }: Report): void {
  const known = sources.rows.map(
    ({ address, bytes, upload, download, share }): [string, number[]] => [
      address,
      [bytes / GIB, upload / GIB, download / GIB, 100 * share],
    ],
  );
  const said = rows.map(([, ...row]) => row);
  compare(table(said, 1), new Map(known), [
    HALF_A_THOUSANDTH,
    HALF_A_THOUSANDTH,
    HALF_A_THOUSANDTH,
    HALF_A_TENTH,
  ]);
}

/** The report tells protocols apart, the query does not. */
function compareToWhat(rows: Rows, { destinations, totals }: Report): void {
  const known = new Map<string, [gib: number, percent: number]>();
  for (const { service, address, port, bytes } of destinations.rows) {
    const key = `${service ?? 'not AWS'} ${address} ${port}`;
    const [gib, percent] = known.get(key) ?? [0, 0];
    const share = (100 * bytes) / Number(totals.forwarded.bytes);
    known.set(key, [gib + bytes / GIB, percent + share]);
  }
  const said = rows.map(([service = '', peer = '', port = '', , ...numbers]) => [
    ...[service, peer, port],
    ...numbers,
  ]);
  compare(table(said, 3), known, [HALF_A_THOUSANDTH, HALF_A_TENTH]);
}

/** The report names five clients, so that minutes are compared for each of these, and for all together. */
function compareWhen(rows: Rows, { timeline, totals }: Report): void {
  const { start = 0, total = [], series = [] } = timeline ?? {};
  const minutes = (wanted: (client: string) => boolean): Table => {
    const sums = total.map(() => 0);
    for (const [minute, client, mib] of rows) {
      const step = (Date.parse((minute ?? '').replace(/\[.*/, '')) / 1000 - start) / 60;
      if (wanted(client ?? '')) sums[step] = (sums[step] ?? 0) + Number(mib);
    }
    return new Map([['MiB', sums]]);
  };
  const inMib = (bytes: readonly number[]): Table =>
    new Map([['MiB', bytes.map((each) => each / MIB)]]);
  const wholeBytes = totals.forwarded.flows * MIB_OF_A_FLOW;
  // A sum of rows is off by as many roundings.
  const tolerances = (clients: number) => total.map(() => clients * HALF_A_THOUSANDTH + wholeBytes);
  const clients = new Set(rows.map(([, client]) => client)).size;
  compare(
    minutes(() => true),
    inMib(total),
    tolerances(clients),
  );
  for (const { label, bytes } of series) {
    if (label === 'others') continue;
    compare(
      minutes((client) => client === label),
      inMib(bytes),
      tolerances(1),
    );
  }
}

test(`the saved Athena queries say what the report says (seed ${SEED})`, () => {
  for (const [index, each] of ALL.entries()) {
    const expected = report(each);
    compareWho(rowsOf('who', index), expected);
    compareToWhat(rowsOf('to-what', index), expected);
    compareWhen(rowsOf('when', index), expected);
  }
});

test(`those over recordings say what the report of a month says (seed ${SEED})`, () => {
  for (const [index, summaries] of ALL_MONTHS.entries()) {
    compareMonth(summaries, answers[ALL.length + index]);
  }
});
