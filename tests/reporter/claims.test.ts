import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Report } from '../../shared/report/model/report.ts';
import { dollarsOf, falseClaims } from './false-claims.ts';
import { GATEWAYS, world } from './gateway-world.ts';
import { reportOn } from './story.ts';

const ALL_ROWS = 100_000;
/** Random recordings; `npm test` takes a few, with NATFLOW_LONG it takes two thousand. */
const RUNS = process.env['NATFLOW_LONG'] === undefined ? 60 : 2000;

describe('of a network whose truth is known', () => {
  test('a report claims nothing that is false, and proves what leaves no doubt', () => {
    fc.assert(
      fc.property(world, (each) => {
        const report = reportOn(each.text, { top: ALL_ROWS });
        expect(falseClaims(report, each)).toEqual([]);
        const tells = ['pkt-srcaddr', 'pkt-dstaddr', 'srcport', 'dstport'];
        if (!tells.every((name) => each.fields.has(name))) return;
        const proven = new Set(report.gateway.proven.map((one) => one.interface));
        const isZonal = (name: string) => each.interfaces.get(name)?.kind !== 'regional';
        expect([...each.certain].filter((name) => isZonal(name) && !proven.has(name))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('it claims nothing that is false of gateways that are named, in any format', () => {
    fc.assert(
      fc.property(world, (each) => {
        const gateways = [...each.interfaces].filter(([, { kind }]) => GATEWAYS.has(kind));
        const gateway = new Set(gateways.map(([name]) => name));
        expect(falseClaims(reportOn(each.text, { top: ALL_ROWS }, { gateway }), each)).toEqual([]);
      }),
      { numRuns: RUNS / 2 },
    );
  });
});

describe('a fault is seen', () => {
  const [example] = fc.sample(
    world.filter(({ certain, fields, interfaces }) => {
      const tells = ['pkt-srcaddr', 'pkt-dstaddr', 'srcport', 'dstport', 'flow-direction'];
      return certain.size > 0 && interfaces.size > 1 && tells.every((name) => fields.has(name));
    }),
    { numRuns: 1, seed: 7 },
  );
  if (example === undefined) throw new Error('no example');
  const report = reportOn(example.text, { top: ALL_ROWS });
  const [first] = report.sources.rows;
  if (first === undefined) throw new Error('an example without a source');
  const { headline, totals, sources, gateway, cost } = report;
  const other = [...example.interfaces].find(([, { kind }]) => !GATEWAYS.has(kind))?.[0] ?? 'eni-9';

  test('and without it there is none', () => {
    expect(falseClaims(report, example)).toEqual([]);
  });

  test.each<[string, Partial<Report>]>([
    [
      'a share of another row',
      { sources: { ...sources, rows: [{ ...first, share: first.share / 2 }] } },
    ],
    [
      'the cost of the whole for a row',
      { sources: { ...sources, rows: [{ ...first, cost: (first.cost ?? 0) * 2 }] } },
    ],
    [
      'the cost of all bytes',
      { cost: { ...cost, total: dollarsOf(Number(totals.throughGateway.bytes) * 2 + 1e9) } },
    ],
    [
      'a headline with the share of the whole',
      { headline: { ...headline, share: headline.share + 0.1 } },
    ],
    [
      'a headline with the cost of the whole',
      { headline: { ...headline, cost: (headline.cost ?? 0) * 2 + 1 } },
    ],
    ['a headline of another source', { headline: { ...headline, source: '10.0.9.9' } }],
    [
      'bytes of an interface that is no gateway',
      {
        gateway: {
          ...gateway,
          proven: gateway.proven.map((each) => ({ ...each, interface: other })),
        },
      },
    ],
    [
      'both legs of a gateway',
      {
        gateway: {
          ...gateway,
          proven: gateway.proven.map((each) => ({ ...each, bytes: 2 * Number(each.bytes) })),
        },
      },
    ],
    ['a table that lacks a row', { sources: { ...sources, rows: [] } }],
  ])('%s', (_, planted) => {
    expect(falseClaims({ ...report, ...planted }, example)).not.toEqual([]);
  });
});
