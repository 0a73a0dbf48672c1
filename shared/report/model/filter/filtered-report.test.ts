import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asGateways, reportOn, START, storyNetwork } from '../../../../tests/reporter/story.ts';
import { interfaceOf, linesOf, type Talk } from '../../../../tests/reporter/talks.ts';
import { ASN_FIXTURES } from '../../../../tests/support/asn-table.ts';
import { AsnDatabase } from '../../../names/asn-database.ts';
import type { Report, Row, Table } from '../report.ts';
import type { Dimension, Filter } from './dimensions.ts';
import { filterReport } from './filtered-report.ts';
import type { Cellular } from './select.ts';

const MINUTE = START - (START % 60);
const ALL = 10_000;
const asns = new AsnDatabase(readFileSync(join(ASN_FIXTURES, 'asn.mmdb')), 'asn.mmdb');

const CLIENTS: Readonly<Record<string, string>> = {
  '10.20.3.41': 'etl-worker-7 (10.20.3.41)',
  '10.20.3.17': 'etl-worker-2 (10.20.3.17)',
  '10.20.9.9': '10.20.9.9',
};
/** Service in the lines, its name, the target, and whose it is. */
const PEERS: Readonly<Record<string, readonly [string, string, string, string]>> = {
  '52.216.8.51': ['S3', 'S3', 'S3', 'AWS services'],
  '52.216.9.12': ['S3', 'S3', 'S3', 'AWS services'],
  '3.218.180.9': ['DYNAMODB', 'DynamoDB', 'DynamoDB', 'AWS services'],
  '192.0.2.9': ['-', 'not AWS', '192.0.2.9', 'AS64504'],
  '192.0.2.99': ['-', 'not AWS', '192.0.2.99', 'no AS number found'],
  '203.0.113.77': ['-', 'not AWS', '203.0.113.77 (Example Net)', 'Example Net (AS64500)'],
};

const talk = fc
  .record({
    gateway: fc.nat(2),
    client: fc.constantFrom(...Object.keys(CLIENTS)),
    peer: fc.constantFrom(...Object.keys(PEERS)),
    port: fc.constantFrom(443, 80),
    minute: fc.nat(5),
    bytes: fc.integer({ min: 1, max: 10_000_000 }),
  })
  .map(
    ({ minute, ...rest }): Talk => ({
      ...rest,
      service: PEERS[rest.peer]?.[0] ?? '',
      start: MINUTE + minute * 60,
      seconds: 60,
    }),
  );

/** What a talk is in each dimension, as the page shows it. */
function sayOf(by: Dimension, { client, peer, port, start, gateway = 0 }: Talk): string {
  const [, shown = '', target = '', organization = ''] = PEERS[peer] ?? [];
  const time = new Date(start * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const says: Readonly<Record<Dimension, string>> = {
    source: CLIENTS[client] ?? '',
    group: CLIENTS[client] ?? '',
    label: interfaceOf(gateway),
    service: shown,
    target,
    domain: 'no name found',
    organization,
    destination: `${peer} :${port}`,
    port: `${port} TCP`,
    time,
  };
  return says[by];
}

const by = fc.constantFrom<Dimension>(
  ...(['source', 'group', 'label', 'service', 'target', 'destination', 'port', 'time'] as const),
  'organization',
);

function report(talks: readonly Talk[], groupBy?: string): Cellular {
  const made = reportOn(
    linesOf(talks),
    { network: storyNetwork(), top: ALL, groupBy },
    {
      ...asGateways(...[0, 1, 2].map(interfaceOf)),
      byGateway: groupBy === 'gateway',
      ...{ asns, cells: true },
    },
  );
  return made as Cellular;
}

/** Members that no output shows, or that depend on the order of equal rows, or on colours. */
const HIDDEN = ['labels', 'cumulative', 'group', 'advice', 'members'];
const isShown = ([name, value]: readonly [string, unknown]) =>
  !HIDDEN.includes(name) && value !== undefined;

/** What a page shows of sources, targets and amounts, in an order that does not depend on equal amounts. */
function shownOf(made: Report) {
  const { headline, totals, cost, grouping } = made;
  const rows = <R extends Row>({ rows: all, others }: Table<R>) => ({
    rows: all.map((row) => JSON.stringify(Object.entries(row).filter(isShown).sort())).sort(),
    others,
  });
  return {
    headline: headline.kind === 'spread' ? headline : { ...headline },
    totals: [totals.forwarded, totals.upload, totals.download].map(({ bytes }) => bytes),
    flows: totals.forwarded.flows,
    cost: cost.total,
    tables: [
      ...[made.pairs, made.sources, made.services, made.destinations, made.ports],
      ...(made.organizations === undefined ? [] : [made.organizations]),
    ].map((table) => rows<Row>(table)),
    groups: grouping && [rows(grouping.groups), rows(grouping.pairs)],
  };
}

describe('what filters leave', () => {
  test('is what a report of the lines that match says', () => {
    fc.assert(
      fc.property(
        fc.array(talk, { minLength: 1, maxLength: 30 }),
        fc.array(fc.tuple(by, fc.nat()), { maxLength: 4 }),
        fc.constantFrom(undefined, 'gateway', 'service', 'asn'),
        (talks, wanted, groupBy) => {
          const filters = wanted
            .map(([dimension, of]): Filter => {
              const one = talks[of % talks.length] as Talk;
              return { by: dimension, is: sayOf(dimension, one) };
            })
            // A report that is not grouped by gateway knows no label of it.
            .filter(({ by: dimension }) => dimension !== 'label' || groupBy === 'gateway')
            .filter(({ by: dimension }) => dimension !== 'group' || groupBy !== 'gateway');
          const matching = talks.filter((each) =>
            [...Map.groupBy(filters, ({ by: dimension }) => dimension)].every(([dimension, any]) =>
              any.some(({ is }) => is === sayOf(dimension, each)),
            ),
          );
          const filtered = filterReport(report(talks, groupBy), filters, ALL);
          expect(filtered.unsure).toBe(0);
          if (matching.length === 0) expect(filtered.report.totals.forwarded.bytes).toBe(0);
          else expect(shownOf(filtered.report)).toEqual(shownOf(report(matching, groupBy)));
        },
      ),
      { numRuns: 40 },
    );
  });

  describe('of more than a page has room for', () => {
    /** A source for each of 1,500 addresses, and 12,000 peers, some minutes of three hours. */
    const talks = Array.from({ length: 12_000 }, (_, number): Talk => {
      const source = (number * 7) % 1500;
      const isS3 = number % 3 === 0;
      const peer = number % 12_000;
      return {
        client: `10.20.${source >> 8}.${source & 255}`,
        peer: `${isS3 ? 52 : 203}.0.${peer >> 8}.${peer & 255}`,
        service: isS3 ? 'S3' : '-',
        start: MINUTE + (number % 180) * 60,
        seconds: 60,
        bytes: 1000 + source * 10 + (peer % 97),
      };
    });
    const whole = report(talks);
    const bytesOf = (some: readonly Talk[]) =>
      some.reduce((sum, { bytes }) => sum + Math.round(bytes * 0.1) + Math.round(bytes * 0.9), 0);

    test('takes at most 1.2 MB', () => {
      expect(JSON.stringify(whole.cells).length).toBeLessThanOrEqual(1_200_000);
      expect(whole.cells.rows.length).toBeGreaterThan(1000);
    });

    test.each([
      ['a heavy source', (each: Talk) => each.client === '10.20.5.219', 'source', '10.20.5.219'],
      ['a service', ({ service }: Talk) => service === 'S3', 'service', 'S3'],
      ['a target of a service', ({ service }: Talk) => service === 'S3', 'target', 'S3'],
    ] as const)('is exact for %s', (_, isMatching, dimension, is) => {
      const filtered = filterReport(whole, [{ by: dimension, is }], ALL);
      expect(filtered.report.totals.forwarded.bytes).toBe(bytesOf(talks.filter(isMatching)));
      expect(filtered.unsure).toBe(0);
    });

    test.each([
      ['a light source', (each: Talk) => each.client === '10.20.0.1', 'source', '10.20.0.1'],
      ['a light address', (each: Talk) => each.peer === '203.0.0.1', 'target', '203.0.0.1'],
    ] as const)('says of %s between which bounds it is', (_, isMatching, dimension, is) => {
      const { report: made, unsure } = filterReport(whole, [{ by: dimension, is }], ALL);
      const bytes = bytesOf(talks.filter(isMatching));
      const least = Number(made.totals.forwarded.bytes);
      expect(least).toBeLessThanOrEqual(bytes);
      expect(least + unsure).toBeGreaterThanOrEqual(bytes);
      expect(unsure).toBeGreaterThan(0);
    });
  });
});
