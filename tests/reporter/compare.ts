import { expect } from '@jest/globals';
import { pricesOf } from '../../shared/prices/prices.ts';
import type { Link } from '../../shared/report/model/charts.ts';
import type { Report, Row, Table, TotalOf } from '../../shared/report/model/report.ts';
import { compareHeadline, sumUp, WORDS } from './compare-headline.ts';
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

/** Compares all rows of a table with the count, and what stands in them besides. */
function compare<R extends Row>(
  table: Table<R>,
  { sums, isPriced }: { readonly sums: Sums; readonly isPriced: boolean },
  key: (row: R) => string,
): void {
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
    if (isPriced) expect(cost).toBeCloseTo((bytes / 2 ** 30) * PRICE, 9);
    else expect(cost).toBeNull();
  }
  expect(table.others).toMatchObject({ count: 0, isAtLeast: false, bytes: 0, upload: 0, flows: 0 });
  expect(table.error).toBe(0);
}

const serviceText = (service: string | null | undefined) =>
  service === undefined ? 'unknown' : (service ?? 'none');

const plain = (value: number | string) => BigInt(value);

const exactly = ({ flows, bytes, packets }: TotalOf) => ({
  flows,
  bytes: plain(bytes),
  packets: plain(packets),
});

function compareTotals(
  { totals, legs, records, window, seconds, gateway, cost }: Report,
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
  expect(exactly(totals.throughGateway)).toEqual(count.through);
  expect({ ...exactly(totals.notProven), interfaces: totals.notProven.interfaces }).toEqual(
    count.notProven,
  );
  expect(new Map(gateway.proven.map((each) => [each.interface, exactly(each)]))).toEqual(
    count.gateways,
  );
  const price = (Number(count.through.bytes) / 2 ** 30) * PRICE;
  if (count.through.flows === 0) expect(cost.total).toBeNull();
  else expect(cost.total).toBeCloseTo(price, 9);
  const { otherLeg, otherInterface, otherGateway, otherTime } = records;
  expect([otherLeg, otherInterface, otherGateway, otherTime]).toEqual([
    count.excluded.leg,
    count.excluded.interface,
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
  const { isPriced } = count;
  compare(report.sources, { sums: count.sources, isPriced }, ({ address }) => address);
  compare(
    report.pairs,
    { sums: pairsOf(count), isPriced },
    ({ address, target }) => `${address} ${target}`,
  );
  compare(report.services, { sums: count.services, isPriced }, ({ service }) =>
    serviceText(service),
  );
  compare(
    report.destinations,
    { sums: count.destinations, isPriced },
    ({ address, service, port, protocol }) =>
      `${address} ${serviceText(service)} ${port} ${protocol}`,
  );
  compare(
    report.ports,
    { sums: count.ports, isPriced },
    ({ port, protocol }) => `${port} ${protocol}`,
  );
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

/** A port as people write it: `443`, `53/UDP`. */
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

/** Each source's main peer is the heaviest, of equal ones the first by name. */
function comparePeers({ sources }: Report, { pairs }: PlainCount): void {
  const heaviest = (client: string) => {
    const sums = [...(pairs.get(client) ?? [])];
    const most = Math.max(...sums.map(([, { bytes }]) => bytes));
    const heaviest = sums.filter(([, { bytes }]) => bytes === most);
    return heaviest.map(([pair]) => peerText(pair)).sort()[0];
  };
  expect(sources.rows.map(({ mainPeer }) => mainPeer)).toEqual(
    sources.rows.map(({ address }) => heaviest(address)),
  );
}

/** Minute by minute, of all, of each source group, and of the sources that are in none. */
function compareTime({ timeline, sources, sourceGroups }: Report, count: PlainCount): void {
  const { minutes, minutesOf } = count;
  if (minutes.size === 0) {
    expect(timeline).toBeUndefined();
    return;
  }
  const first = Math.min(...minutes.keys());
  const steps = [...new Array(Math.max(...minutes.keys()) - first + 1).keys()];
  const total = steps.map((step) => minutes.get(first + step) ?? 0);
  expect(timeline).toMatchObject({ start: first * 60, stepSeconds: 60, total });
  const bytesOf = (group: number | undefined) =>
    steps.map((step) =>
      sources.rows
        .filter((row) => row.group === group)
        .reduce((sum, { address }) => sum + (minutesOf.get(address)?.get(first + step) ?? 0), 0),
    );
  const others = bytesOf(undefined);
  expect(timeline?.series).toEqual([
    ...sourceGroups.groups.map(({ label }, group) => ({ label, bytes: bytesOf(group) })),
    ...(others.some((bytes) => bytes > 0) ? [{ label: 'others', bytes: others }] : []),
  ]);
  if (sourceGroups.by !== 'source') return;
  expect(sourceGroups.groups.map(({ label }) => label)).toEqual(
    sources.rows.slice(0, 5).map(({ address }) => address),
  );
}

/** What each client exchanged with each target: a service with all its addresses, or an address; over all ports. */
function pairsOf({ pairs }: PlainCount): Sums {
  const sums = new Map<string, Sum>();
  for (const [client, peers] of pairs) {
    for (const [peer, { bytes, upload, flows }] of peers) {
      const [target = ''] = peer.split(/ (?=\d+ \d+$)/);
      const key = `${client} ${WORDS[target] ?? target}`;
      const before = sums.get(key) ?? { bytes: 0, upload: 0, flows: 0 };
      sums.set(key, {
        bytes: before.bytes + bytes,
        upload: before.upload + upload,
        flows: before.flows + flows,
      });
    }
  }
  return sums;
}

/** What is below a hundredth of all bytes is no target of its own in the diagram, nor is the ninth. */
function compareLinks({ links, sources, sourceGroups }: Report, count: PlainCount): void {
  const pairs = [...pairsOf(count)].map(([key, { bytes }]) => {
    const [client = '', ...target] = key.split(' ');
    return { client, target: target.join(' '), bytes };
  });
  const targets = [...sumUp(pairs.map(({ target, bytes }) => [target, bytes]))];
  const total = targets.reduce((sum, [, bytes]) => sum + bytes, 0);
  const shown = links.sources.map(({ to }) => to).filter((to) => to !== 'other targets');
  for (const [target, bytes] of targets) {
    const rank = targets.filter(([, each]) => each >= bytes).length;
    if (bytes > 0 && bytes >= total / 100 && rank <= 8) expect(shown).toContain(target);
  }
  const groups = new Map(sources.rows.map(({ address, group }) => [address, group]));
  const from = (client: string) =>
    sourceGroups.groups[groups.get(client) ?? -1]?.label ?? 'other sources';
  const to = (target: string) => (shown.includes(target) ? target : 'other targets');
  const bands = sumUp(
    pairs.map(({ client, target, bytes }) => [`${from(client)} > ${to(target)}`, bytes]),
  );
  expect(inOrder(links.sources)).toEqual(
    [...bands]
      .filter(([, bytes]) => bytes > 0)
      .map(([band, bytes]) => `${band} ${bytes}`)
      .sort(),
  );
  for (const [service, { bytes }] of count.services) {
    const listed = links.destinations.filter((link) => link.from === serviceWord(service));
    const isNamed = service !== 'none' && service !== 'unknown';
    expect(listed.reduce((sum, link) => sum + link.bytes, 0)).toBe(isNamed ? bytes : 0);
  }
}

const serviceWord = (service: string) =>
  ({ none: 'not AWS', unknown: 'not said' })[service] ?? WORDS[service] ?? service;

/** Bands that are there, in an order of their own. */
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
  compareHeadline(report, count);
  comparePeers(report, count);
  compareLinks(report, count);
  compareTime(report, count);
}
