import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Row, Table } from '../../shared/report/model/report.ts';
import { ALL_ROWS, compareAll } from './compare.ts';
import { FIRST_SECOND, recording } from './random-recording.ts';
import { reportOn } from './story.ts';

describe('every row of every table equals that of an independent count', () => {
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

  test('for one of several gateways, and for a part of the time', () => {
    fc.assert(
      fc.property(recording, gateway, fc.option(between, { nil: undefined }), (text, ids, time) =>
        compareAll(text, { gateway: ids, ...(time && { between: time }) }),
      ),
      { numRuns: 20 },
    );
  });

  test('for a refused line that lacks the own address of its gateway', () => {
    const lines = [
      'interface-id srcaddr dstaddr pkt-dstaddr action',
      'eni-1 10.0.1.5 10.0.0.220 203.0.113.5 ACCEPT',
      'eni-1 10.0.0.220 203.0.113.5 203.0.113.5 ACCEPT',
      'eni-1 10.0.1.5 10.0.1.6 10.0.1.6 REJECT',
      'eni-1 10.0.1.5 10.0.1.7 10.0.1.7 ACCEPT',
    ];
    compareAll(`${lines.join('\n')}\n`, { gateway: new Set(['eni-1']) });
  });

  test('for a short table: the first rows of the long one, and the others as the sum of the rest', () => {
    fc.assert(
      fc.property(recording, fc.integer({ min: 1, max: 9 }), (text, top) => {
        const [long, short] = [reportOn(text, { top: ALL_ROWS }), reportOn(text, { top })];
        expectFirst(short.sources, long.sources, top);
        expectFirst(short.destinations, long.destinations, top);
        expectFirst(short.ports, long.ports, top);
        expect(short.rejects.rows).toEqual(long.rejects.rows.slice(0, top));
        // A gateway has few services, so all are shown, however short the other tables are.
        expect(short.services).toEqual(long.services);
      }),
      { numRuns: 15 },
    );
  });
});

function expectFirst<R extends Row>(short: Table<R>, long: Table<R>, top: number): void {
  // There are no more groups, which are colours, than rows, so that a source can be in another group.
  const colourless = (rows: readonly R[]) => rows.map((row) => ({ ...row, group: undefined }));
  expect(colourless(short.rows)).toEqual(colourless(long.rows.slice(0, top)));
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
    cost:
      long.others.cost === null
        ? null
        : expect.closeTo(
            sum(({ cost }) => cost ?? 0),
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
