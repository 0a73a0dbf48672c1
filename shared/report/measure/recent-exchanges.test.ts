import { expect, test } from '@jest/globals';
import { aggregateOf } from '../../../tests/reporter/story.ts';
import type { HeavyHitters } from '../../flow/heavy-hitters.ts';
import { FlowRecord } from '../../flow/record.ts';
import { randomSource } from '../../flowlog/synth.ts';
import { BYTES, MINUTE } from './flow-tables.ts';
import { PLACE, RecentExchanges } from './recent-exchanges.ts';

const HEADER = 'srcaddr dstaddr srcport dstport bytes start end vpc-id pkt-dst-aws-service';
const START = 1_795_342_320;

/** A table's sums of bytes, by its keys as text. */
function sumsOf(hitters: HeavyHitters): Record<string, number> {
  const sums = [...hitters.entries()].map((entry) => [
    hitters.keyOf(entry).join(' '),
    hitters.value(entry, BYTES),
  ]);
  return Object.fromEntries(sums);
}

/** Flows of few clients to few peers, some of them IPv6, over a few minutes, so that many exchanges come again. */
function linesOf(seed: number, count: number): string[] {
  const random = randomSource(seed);
  return Array.from({ length: count }, () => {
    const client = random(5) === 0 ? `fd00::${1 + random(2)}` : `10.0.0.${1 + random(3)}`;
    const peer = random(5) === 0 ? `2001:db8::${1 + random(2)}` : `203.0.113.${1 + random(3)}`;
    const start = START + random(300);
    const rest = `vpc-${random(2)} ${random(2) === 0 ? 'S3' : '-'}`;
    return `${client} ${peer} 50000 ${443 + random(2)} ${random(1000)} ${start} ${start + random(90)} ${rest}`;
  });
}

test('in any order of flows, every exchange has all of its bytes in every table', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const lines = linesOf(seed, 2000);
  const tablesOf = (all: readonly string[]) => {
    const { tables } = aggregateOf(`${HEADER}\n${all.join('\n')}\n`);
    const { sources, services, pairs, destinations, ports, minutes, series } = tables;
    const all7 = { sources, services, pairs, destinations, ports, minutes, series };
    return Object.fromEntries(
      Object.entries(all7).map(([name, hitters]) => [name, sumsOf(hitters)]),
    );
  };
  // In the order of lines, an exchange's flows are neighbours; texts keep their numbers by the same first lines.
  const [first = '', ...others] = lines;
  const given = { seed, tables: tablesOf(lines) };
  expect(given).toEqual({ seed, tables: tablesOf([first, ...others.toReversed()]) });
});

test('exchanges that differ in their gateway or their VPC alone are told apart, whatever their numbers are', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomSource(seed);
  const recent = new RecentExchanges();
  const known = new Map<string, number>();
  const { source: client, destination: peer } = new FlowRecord();
  client.family = peer.family = 4;
  for (let place = 1; place <= 3000; place++) {
    const numbers = [-1, 0, 1, 4095, 4096, 4097, 65_536];
    const [gateway = 0, vpc = 0] = [numbers[random(7)], numbers[random(7)]];
    const exchange = {
      ...{ client, origin: 0, peer, name: 0, domain: 0, found: undefined, asn: undefined },
      ...{ isUpload: true, port: 443, service: 0, vpc, gateway },
    };
    if (recent.recall(exchange, 443)) {
      expect([seed, recent.place(PLACE.minutes)]).toEqual([seed, known.get(`${gateway} ${vpc}`)]);
      continue;
    }
    recent.put(PLACE.minutes, place);
    recent.keep();
    known.set(`${gateway} ${vpc}`, place);
  }
});

test('when a table makes room, the sums of others stay exact', () => {
  const flood = Array.from(
    { length: 70_000 },
    (_, peer) =>
      `10.0.0.1 198.${18 + (peer >> 16)}.${(peer >> 8) & 255}.${peer & 255} 5 443 1 ${START} ${START} v -`,
  );
  const steady = `10.0.0.1 203.0.113.9 5 443 1000 ${START} ${START} v -`;
  const lines = flood.flatMap((line, index) =>
    index % 100 === 0 ? [steady, line, steady] : [line],
  );
  const { tables } = aggregateOf(`${HEADER}\n${lines.join('\n')}\n`);
  const bytes = 70_000 + 1400 * 1000;
  expect(tables.destinations.dropped).toBeGreaterThan(0);
  expect(tables.pairs.dropped).toBeGreaterThan(0);
  for (const table of [
    tables.sources,
    tables.services,
    tables.ports,
    tables.minutes,
    tables.series,
  ]) {
    expect(Object.values(sumsOf(table))).toEqual([bytes]);
  }
  const [heaviest = 0] = tables.destinations.ranked();
  expect(tables.destinations.value(heaviest, BYTES)).toBe(1400 * 1000);
  expect(tables.minutes.keyOf(0)[MINUTE.minute]).toBe(Math.floor(START / 60));
});
