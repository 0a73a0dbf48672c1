import { expect } from '@jest/globals';
import { pricesOf } from '../../shared/prices/prices.ts';
import type { Link, Report, Row, Table } from '../../shared/report/model/report.ts';
import {
  countPlainly,
  type PlainCount,
  type Question,
  type Sum,
  type Sums,
} from './plain-count.ts';
import { reportOn } from './story.ts';

/** More rows than any table of the tests has. */
export const ALL_ROWS = 100_000;
const PRICE = pricesOf('us-east-1').natPerGib;

/** Rows of the independent count: heaviest first, rows of equal weight in any order. */
function ranked(sums: Sums): [key: string, sum: Sum][] {
  return [...sums].sort(([, a], [, b]) => b.bytes - a.bytes || b.flows - a.flows);
}

/** Sorts rows of equal weight by key, so that their order does not matter. */
function settled(rows: readonly (readonly [string, Sum])[]) {
  return rows
    .map(([key, { bytes, upload, flows }]) => ({ key, bytes, upload, flows }))
    .sort((a, b) => b.bytes - a.bytes || b.flows - a.flows || (a.key < b.key ? -1 : 1));
}

/** Compares all rows of a table, and their other values, with the count. */
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

/** Names of services as in the outputs. */
const WORDS: Readonly<Record<string, string>> = {
  AMAZON: 'AMAZON (other)',
  DYNAMODB: 'DynamoDB',
  CLOUDFRONT: 'CloudFront',
};

/** A port as in the outputs: `443`, `53/UDP`. */
function portText(port: string, protocol: string): string {
  const name = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' }[protocol];
  if (protocol === '0') return port === '0' ? '-' : port;
  if (protocol === '6') return port;
  return port === '0' ? `${name}` : `${port}/${name}`;
}

/** A peer as in the outputs: `S3 :443`, `203.0.113.5 :53/UDP`. */
function peerText(pair: string): string {
  const [peer = '', port = '', protocol = ''] = pair.split(' ');
  const shown = portText(port, protocol);
  return `${WORDS[peer] ?? peer}${shown === '-' ? '' : ` :${shown}`}`;
}

/** Each source's main peer is the heaviest; among equal ones, the first in the lines. */
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

/** The bytes of each minute, in total and of the five heaviest sources. */
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

/** The chart names at most seven sources and seven peers, and only items with at least a hundredth of all bytes. */
function compareLinks({ links, sources, destinations }: Report, count: PlainCount): void {
  const total = [...count.services.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const isLarge = ({ bytes }: { bytes: number }) => bytes >= total / 100;
  const label = (service: string) =>
    isLarge(count.services.get(service) ?? { bytes: 0 }) ? serviceWord(service) : 'other services';
  const totals = sumUp([...count.services].map(([service, { bytes }]) => [label(service), bytes]));
  const bySource = sources.rows
    .slice(0, 7)
    .filter(isLarge)
    .flatMap(({ address }) => {
      const ofClient = [...(count.clientServices.get(address) ?? [])];
      const sums = sumUp(ofClient.map(([service, { bytes }]) => [label(service), bytes]));
      return [...sums].map(([to, bytes]) => ({ from: address, to, bytes }));
    });
  const byPeer = destinations.rows
    .slice(0, 7)
    .filter(isLarge)
    .map((row) => ({
      from: label(serviceText(row.service)),
      to: `${row.address} :${portText(String(row.port), String(row.protocol))}`,
      bytes: row.bytes,
    }));
  const rest = (
    named: readonly Link[],
    end: 'from' | 'to',
    link: (service: string) => Omit<Link, 'bytes'>,
  ) =>
    [...totals].map(([service, bytes]) => ({
      ...link(service),
      bytes: named
        .filter((each) => each[end] === service)
        .reduce((left, each) => left - each.bytes, bytes),
    }));
  const restOfSources = rest(bySource, 'to', (to) => ({ from: 'other sources', to }));
  const restOfPeers = rest(byPeer, 'from', (from) => ({ from, to: `${from}, others` }));
  expect(inOrder(links.sources)).toEqual(inOrder([...bySource, ...restOfSources]));
  expect(inOrder(links.destinations)).toEqual(inOrder([...byPeer, ...restOfPeers]));
}

const serviceWord = (service: string) =>
  ({ none: 'not AWS', unknown: 'not said' })[service] ?? WORDS[service] ?? service;

function sumUp(parts: readonly (readonly [string, number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, bytes] of parts) sums.set(key, (sums.get(key) ?? 0) + bytes);
  return sums;
}

/** The bands with bytes, sorted for comparison. */
function inOrder(links: readonly Link[]): string[] {
  return links
    .filter(({ bytes }) => bytes > 0)
    .map(({ from, to, bytes }) => `${from} > ${to} ${bytes}`)
    .sort();
}

/** Compares all figures of a report on the text with an independent count. */
export function compareAll(text: string, question: Question = {}): void {
  const report = reportOn(text, { top: ALL_ROWS }, question);
  const count = countPlainly(text, question);
  compareTotals(report, count);
  compareTables(report, count);
  comparePeers(report, count);
  compareLinks(report, count);
  compareTime(report, count);
}
