import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pricesOf } from '../../shared/prices/prices.ts';
import type { Report, Row, Table } from '../../shared/report/report.ts';
import {
  countPlainly,
  type PlainCount,
  type Question,
  type Sum,
  type Sums,
} from './plain-count.ts';
import { FIRST_SECOND, recording } from './random-recording.ts';
import { reportOn } from './story.ts';

const ALL_ROWS = 100_000;
const PRICE = pricesOf('us-east-1').natPerGib;

/** Rows as the count has them: heaviest first, rows of equal weight in any order of their keys. */
function ranked(sums: Sums): [key: string, sum: Sum][] {
  return [...sums].sort(([, a], [, b]) => b.bytes - a.bytes || b.flows - a.flows);
}

/** Rows of equal weight by their key, so that two orders of them compare equal. */
function settled(rows: readonly (readonly [string, Sum])[]) {
  return rows
    .map(([key, { bytes, upload, flows }]) => ({ key, bytes, upload, flows }))
    .sort((a, b) => b.bytes - a.bytes || b.flows - a.flows || (a.key < b.key ? -1 : 1));
}

/** Compares all rows of a table with the count, and what stands in them besides. */
function compare<R extends Row>(table: Table<R>, sums: Sums, key: (row: R) => string): void {
  const rows = table.rows.map((row) => [key(row), row] as const);
  expect(settled(rows)).toEqual(settled([...sums]));
  expect(rows.map(([, { bytes, flows }]) => [bytes, flows])).toEqual(
    ranked(sums).map(([, { bytes, flows }]) => [bytes, flows]),
  );
  const total = [...sums.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  let above = 0;
  for (const { bytes, upload, download, share, cumulative, cost } of table.rows) {
    above += bytes;
    expect(download).toBe(bytes - upload);
    expect(share).toBeCloseTo(total === 0 ? 0 : bytes / total, 12);
    expect(cumulative).toBeCloseTo(total === 0 ? 0 : above / total, 12);
    expect(cost).toBeCloseTo((bytes / 2 ** 30) * PRICE, 9);
  }
  expect(table.others).toMatchObject({ count: 0, isAtLeast: false, bytes: 0, upload: 0, flows: 0 });
  expect(table.error).toBe(0);
}

const serviceText = (service: string | null | undefined) =>
  service === undefined ? 'unknown' : (service ?? 'none');

const plain = (value: number | string) => BigInt(value);

function compareTotals(
  { totals, legs, records, window, seconds, gateway }: Report,
  count: PlainCount,
) {
  expect(legs).toBe(count.legs);
  expect(totals.flows).toBe(count.flows);
  for (const [total, counted] of [
    [totals.upload, count.up],
    [totals.download, count.down],
    [totals.rejected, count.rejected],
  ] as const) {
    const { flows, bytes, packets } = total;
    expect({ flows, bytes: plain(bytes), packets: plain(packets) }).toEqual(counted);
  }
  expect(plain(totals.forwarded.bytes)).toBe(count.up.bytes + count.down.bytes);
  expect(plain(totals.bytes)).toBe(count.up.bytes + count.down.bytes + count.rejected.bytes);
  expect([records.otherLeg, records.otherGateway, records.otherTime]).toEqual([
    count.excluded.leg,
    count.excluded.gateway,
    count.excluded.time,
  ]);
  const [start, end] = count.window ?? [];
  expect(window && [Date.parse(window.start) / 1000, Date.parse(window.end) / 1000]).toEqual(
    count.window,
  );
  expect(seconds).toBe((end ?? 0) - (start ?? 0));
  expect(gateway.interfaces).toEqual(count.interfaces);
}

function compareTables(report: Report, count: PlainCount): void {
  compare(report.sources, count.sources, ({ address }) => address);
  compare(report.services, count.services, ({ service }) => serviceText(service));
  compare(
    report.destinations,
    count.destinations,
    ({ address, service, port, protocol }) =>
      `${address} ${serviceText(service)} ${port} ${protocol}`,
  );
  compare(report.ports, count.ports, ({ port, protocol }) => `${port} ${protocol}`);
  const rejects = report.rejects.rows.map(
    ({ source, destination, port, protocol, flows, bytes }) => ({
      key: `${source} ${destination} ${port} ${protocol}`,
      flows,
      bytes,
    }),
  );
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  expect(rejects.toSorted(byKey)).toEqual(
    [...count.rejects].map(([key, { flows, bytes }]) => ({ key, flows, bytes })).sort(byKey),
  );
  expect(rejects.map(({ flows, bytes }) => [flows, bytes])).toEqual(
    rejects
      .toSorted((a, b) => b.flows - a.flows || b.bytes - a.bytes)
      .map(({ flows, bytes }) => [flows, bytes]),
  );
  expect(report.rejects.flows).toBe(count.refused);
}

const WORDS: Readonly<Record<string, string>> = {
  AMAZON: 'AMAZON (other)',
  DYNAMODB: 'DynamoDB',
  CLOUDFRONT: 'CloudFront',
};

/** A peer as people write it: `S3 :443`, `203.0.113.5 :53/UDP`. */
function peerText(pair: string): string {
  const [peer = '', port = '', protocol = ''] = pair.split(' ');
  const name = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' }[protocol];
  const beside = { 0: port, 6: port }[protocol] ?? (port === '0' ? name : `${port}/${name}`);
  return `${WORDS[peer] ?? peer}${protocol === '0' && port === '0' ? '' : ` :${beside}`}`;
}

/** Each source's main peer is the heaviest, of equal ones the first in the lines. */
function comparePeers({ sources }: Report, { pairs }: PlainCount): void {
  const heaviest = (client: string) => {
    const sums = [...(pairs.get(client) ?? [])];
    const most = Math.max(...sums.map(([, { bytes }]) => bytes));
    return peerText(sums.find(([, { bytes }]) => bytes === most)?.[0] ?? '');
  };
  expect(sources.rows.map(({ mainPeer }) => mainPeer)).toEqual(
    sources.rows.map(({ address }) => heaviest(address)),
  );
}

/** Minute by minute, of all and of the five heaviest sources. */
function compareTime({ timeline, sources }: Report, { minutes, minutesOf }: PlainCount): void {
  if (minutes.size === 0) {
    expect(timeline).toBeUndefined();
    return;
  }
  const first = Math.min(...minutes.keys());
  const steps = Math.max(...minutes.keys()) - first + 1;
  const row = (bytes: ReadonlyMap<number, number> | undefined) =>
    Array.from({ length: steps }, (_, step) => bytes?.get(first + step) ?? 0);
  expect(timeline).toMatchObject({ start: first * 60, stepSeconds: 60, total: row(minutes) });
  const shown = sources.rows.slice(0, 5).map(({ address }) => address);
  const series = timeline?.series.filter(({ label }) => label !== 'others') ?? [];
  expect(series).toEqual(
    shown.map((address) => ({ label: address, bytes: row(minutesOf.get(address)) })),
  );
  const others = timeline?.series.find(({ label }) => label === 'others');
  expect(others?.bytes ?? row(undefined)).toEqual(
    row(minutes).map((bytes, step) =>
      series.reduce((rest, each) => rest - (each.bytes[step] ?? 0), bytes),
    ),
  );
}

function compareAll(text: string, question: Question = {}): void {
  const report = reportOn(text, { top: ALL_ROWS }, question);
  const count = countPlainly(text, question);
  compareTotals(report, count);
  compareTables(report, count);
  comparePeers(report, count);
  compareTime(report, count);
}

describe('every row of every table is that of an independent count', () => {
  test.each([
    ['auto', 40],
    ['private', 15],
    ['public', 15],
    ['all', 15],
  ] as const)('legs %s', (legs, numRuns) => {
    fc.assert(
      fc.property(recording, (text) => compareAll(text, { legs })),
      { numRuns },
    );
  });

  const gateway = fc.subarray(['eni-1', 'eni-2', 'nat-1', 'nat-2']).map((ids) => new Set(ids));
  const from = fc.nat(7000).map((second) => FIRST_SECOND + second);
  const between = fc
    .tuple(from, fc.nat(3000))
    .map(([at, length]) => ({ from: at, to: at + length }));

  test('of one gateway of several, or of a part of the time', () => {
    fc.assert(
      fc.property(recording, gateway, fc.option(between, { nil: undefined }), (text, ids, time) =>
        compareAll(text, { gateway: ids, ...(time && { between: time }) }),
      ),
      { numRuns: 20 },
    );
  });

  test('a short table has the first rows of the long one, and in others the sum of the rest', () => {
    fc.assert(
      fc.property(recording, fc.integer({ min: 1, max: 9 }), (text, top) => {
        const [long, short] = [reportOn(text, { top: ALL_ROWS }), reportOn(text, { top })];
        expectFirst(short.sources, long.sources, top);
        expectFirst(short.destinations, long.destinations, top);
        expectFirst(short.ports, long.ports, top);
        expect(short.rejects.rows).toEqual(long.rejects.rows.slice(0, top));
        // A gateway sees few services: they are all there, however short the other tables are.
        expect(short.services).toEqual(long.services);
      }),
      { numRuns: 15 },
    );
  });
});

function expectFirst<R extends Row>(short: Table<R>, long: Table<R>, top: number): void {
  expect(short.rows).toEqual(long.rows.slice(0, top));
  const rest = long.rows.slice(top);
  const sum = (pick: (row: R) => number) => rest.reduce((total, row) => total + pick(row), 0);
  expect(short.others).toEqual({
    count: rest.length,
    isAtLeast: false,
    bytes: sum(({ bytes }) => bytes),
    upload: sum(({ upload }) => upload),
    download: sum(({ download }) => download),
    flows: sum(({ flows }) => flows),
    share: expect.closeTo(
      sum(({ share }) => share),
      9,
    ),
    cost: expect.closeTo(
      sum(({ cost }) => cost),
      9,
    ),
  });
}

test('a service table has twelve rows at least, and adds up the others', () => {
  const lines = Array.from(
    { length: 14 },
    (_, index) => `10.0.0.1 203.0.113.${index} ${100 - index} S${index} -`,
  );
  const text = ['srcaddr dstaddr bytes pkt-dst-aws-service pkt-src-aws-service', ...lines].join(
    '\n',
  );
  const { rows, others } = reportOn(text, { top: 3 }).services;
  expect(rows.map(({ service }) => service)).toEqual(Array.from({ length: 12 }, (_, i) => `S${i}`));
  expect(others).toMatchObject({ count: 2, bytes: 88 + 87, flows: 2, isAtLeast: false });
  expect(reportOn(text, { top: 13 }).services.rows).toHaveLength(13);
});
