import { expect } from '@jest/globals';
import fc from 'fast-check';
import { type RecordingSummary, writeSummary } from '../../shared/contract/recording-summary.ts';
import { monthReport } from '../../shared/report/model/month.ts';
import { summariesOfMonth, summaryOfStory } from '../support/summaries.ts';
import type { Rows } from './engine.ts';
import { columnsOfTable, queriesOf } from './saved-queries.ts';

const MONTHS = 1;
const QUERIES = queriesOf('recordings');
const GIB = 2 ** 30;
const NOW = new Date();

const TRINO: Readonly<Record<string, string>> = {
  ...{ 'struct<': 'ROW(', 'array<': 'ARRAY(', '>': ')', ',': ', ' },
  ...{ string: 'varchar', int: 'integer' },
};

/** A type of Hive as Trino writes it: `struct<a:string>` is `ROW("a" varchar)`. */
function trinoType(type: string): string {
  const parts = type.match(/struct<|array<|>|,|\w+:|\w+/g) ?? [];
  return parts.map((part) => TRINO[part] ?? part.replace(/^(\w+):$/, '"$1" ')).join('');
}

const COLUMNS = columnsOfTable('RecordingTable').filter(
  ({ Name }) => Name !== 'year' && Name !== 'month',
);
const ROW = `ROW(${COLUMNS.map(({ Name, Type }) => `"${Name}" ${trinoType(Type)}`).join(', ')})`;

/** A table as Athena has it: one row of JSON for each summary, and the partition of this month. */
export function* statementsOf(summaries: readonly RecordingSummary[]): Generator<string> {
  const names = COLUMNS.map(({ Name }) => `summary."${Name}" AS "${Name}"`).join(', ');
  const lines = summaries.map((each) => `('${writeSummary(each).trim().replaceAll("'", "''")}')`);
  yield `CREATE TABLE recordings AS SELECT ${names}, ${NOW.getUTCFullYear()} AS year, ${NOW.getUTCMonth() + 1} AS month
    FROM (SELECT CAST(json_parse(line) AS ${ROW}) AS summary FROM (VALUES ${lines.join(', ')}) AS lines (line))`;
  yield* QUERIES.values();
}

/** Summaries of months: the story in two accounts, and random ones. */
export function monthsOf(seed: number): RecordingSummary[][] {
  const story = [summaryOfStory(), summaryOfStory({ account: '222222222222' })];
  // Queries count recordings of one gateway at the same time twice, which the report does not.
  const random = fc.sample(summariesOfMonth, { seed, numRuns: MONTHS * 10 }).map(notAtOnce);
  return [story, ...random.filter((each) => each.length > 0).slice(0, MONTHS)];
}

/** Compares the answers to `statementsOf` a month with what its report says. */
export function compareMonth(summaries: readonly RecordingSummary[], answers: Rows[] = []): void {
  const [sources = [], endpoints = []] = answers.slice(-QUERIES.size);
  compareSources(summaries, sources);
  compareEndpoints(summaries, endpoints);
}

function notAtOnce(summaries: readonly RecordingSummary[]): RecordingSummary[] {
  const seen = new Set<string>();
  return summaries.filter(({ account, region, gateway }) => {
    const key = `${account} ${region} ${gateway}`;
    return seen.size < seen.add(key).size;
  });
}

function compareSources(summaries: readonly RecordingSummary[], sources: Rows): void {
  const sums = new Map<string, number>();
  for (const { account, region, gateway, report } of summaries) {
    for (const { address, id, name, bytes } of report?.sources.rows ?? []) {
      const key = [account, region, gateway, address, name ?? id].join(' ');
      sums.set(key, (sums.get(key) ?? 0) + bytes);
    }
  }
  const said = new Map(sources.map((row) => [row.slice(0, 5).join(' '), Number(row[6])]));
  expect([...said.keys()].sort()).toEqual([...sums.keys()].sort());
  for (const [key, bytes] of sums) {
    expect([key, Math.abs((said.get(key) ?? 0) - bytes / GIB) < 0.000501]).toEqual([key, true]);
  }
}

function compareEndpoints(summaries: readonly RecordingSummary[], rows: Rows): void {
  const report = monthReport({ summaries, unread: [], newer: 0 }, { month: '2026-11', now: 0 });
  const said = rows.map(([account, region, vpc, service, recordings, dollars]) =>
    [account, region, vpc, service, recordings, Number(dollars).toFixed(4)].join(' '),
  );
  const known = report.endpoints.map((each) => {
    const { account, region, vpc, service, dollars } = each;
    return [account, region, vpc, service, countOf(summaries, each), dollars.toFixed(4)].join(' ');
  });
  expect(said.sort()).toEqual(known.sort());
}

/** How many recordings name an endpoint; the report counts it as often as it is named. */
function countOf(
  summaries: readonly RecordingSummary[],
  {
    account,
    region,
    vpc,
    service,
  }: { account: string; region: string; vpc: string; service: string },
): number {
  return summaries.filter(
    (each) =>
      each.account === account &&
      each.region === region &&
      each.report?.endpoints.some((one) => one.vpc === vpc && one.service === service),
  ).length;
}
