import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type RecordingSummary, writeSummary } from '../../shared/contract/recording-summary.ts';
import { monthReport } from '../../shared/report/model/month.ts';
import { summariesOfMonth, summaryOfStory } from '../support/summaries.ts';
import { type Rows, runInTrino } from './engine.ts';
import { columnsOfTable, queriesOf } from './saved-queries.ts';

const SEED = Number(process.env['NATFLOW_SEED'] ?? Date.now() % 1_000_000);
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
function* statements(summaries: readonly RecordingSummary[]): Generator<string> {
  const names = COLUMNS.map(({ Name }) => `summary."${Name}" AS "${Name}"`).join(', ');
  const lines = summaries.map((each) => `('${writeSummary(each).trim().replaceAll("'", "''")}')`);
  yield `CREATE TABLE recordings AS SELECT ${names}, ${NOW.getUTCFullYear()} AS year, ${NOW.getUTCMonth() + 1} AS month
    FROM (SELECT CAST(json_parse(line) AS ${ROW}) AS summary FROM (VALUES ${lines.join(', ')}) AS lines (line))`;
  yield* QUERIES.values();
}

test(`the saved queries of recordings say what the month's report says (seed ${SEED})`, async () => {
  const story = [summaryOfStory(), summaryOfStory({ account: '222222222222' })];
  // Queries count recordings of one gateway at the same time twice, which the report does not.
  const apart = fc.sample(summariesOfMonth, { seed: SEED, numRuns: MONTHS * 4 }).map(notAtOnce);
  const months = [story, ...apart.filter((each) => each.length > 0).slice(0, MONTHS)];
  const answers = await runInTrino(months.map((each) => [...statements(each)]));
  for (const [index, summaries] of months.entries()) {
    const [sources = [], endpoints = []] = answers[index]?.slice(-QUERIES.size) ?? [];
    compare(summaries, sources, endpoints);
  }
});

function notAtOnce(summaries: readonly RecordingSummary[]): RecordingSummary[] {
  const seen = new Set<string>();
  return summaries.filter(({ account, region, gateway }) => {
    const key = `${account} ${region} ${gateway}`;
    return seen.size < seen.add(key).size;
  });
}

function compare(summaries: readonly RecordingSummary[], sources: Rows, endpoints: Rows): void {
  const report = monthReport({ summaries, unread: [], newer: 0 }, { month: '2026-11', now: 0 });
  const known = summaries.flatMap(({ account, region, gateway, report: each }) =>
    (each?.sources.rows ?? []).map(({ address, id, name, bytes }) => ({
      key: [account, region, gateway, address, name ?? id].join(' '),
      bytes,
    })),
  );
  const sums = new Map<string, number>();
  for (const { key, bytes } of known) sums.set(key, (sums.get(key) ?? 0) + bytes);
  const said = new Map(sources.map((row) => [row.slice(0, 5).join(' '), Number(row[6])]));
  expect([...said.keys()].sort()).toEqual([...sums.keys()].sort());
  for (const [key, bytes] of sums) {
    expect([key, Math.abs((said.get(key) ?? 0) - bytes / GIB) < 0.000501]).toEqual([key, true]);
  }
  const saved = endpoints.map(([account, region, vpc, service, recordings, dollars]) => [
    ...[account, region, vpc, service, recordings].join(' ').split(' '),
    Number(dollars).toFixed(4),
  ]);
  expect(saved.map(String).sort()).toEqual(
    report.endpoints
      .map(({ account, region, vpc, service, dollars }) => [
        ...[
          account,
          region,
          vpc,
          service,
          String(countOf(summaries, { account, region, vpc, service })),
        ],
        dollars.toFixed(4),
      ])
      .map(String)
      .sort(),
  );
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
