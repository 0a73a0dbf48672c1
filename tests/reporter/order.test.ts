import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Report } from '../../shared/report/model/report.ts';
import { reportOn } from './story.ts';

const ALL_ROWS = 100_000;

describe('rows of equal weight', () => {
  /** Addresses in the order of their keys. Each differs from another in one word. */
  const ADDRESSES = [
    ...['1.0.0.1', '1.0.0.2', '127.0.0.1', '128.0.0.1', '255.0.0.1'],
    ...['::1', '::1:0:0', '0:0:0:1::', '1::', '2001:db8::1', '2001:db8::8000:1'],
    ...['2001:db8::1:0:0', '2001:db8:0:1::', '8001:db8::1', 'ffff::'],
  ];
  const PORTS = ['1 1', '1 255', '2 6', '2 17', '443 6', '32768 6', '65535 6'];
  const HEADER = 'srcaddr dstaddr bytes action srcport dstport protocol';
  const address = (row: { address: string }) => row.address;
  const port = (row: { port: number; protocol: number }) => `${row.port} ${row.protocol}`;

  test.each<[string, readonly string[], (key: string) => string, (report: Report) => string[]]>([
    [
      'sources',
      ADDRESSES,
      (key) => `${key} 9.0.0.1 7 ACCEPT 0 0 6`,
      ({ sources }) => sources.rows.map(address),
    ],
    [
      'destinations',
      ADDRESSES,
      (key) => `9.0.0.1 ${key} 7 ACCEPT 0 0 6`,
      ({ destinations }) => destinations.rows.map(address),
    ],
    [
      'ports of a destination',
      PORTS,
      (key) => `10.0.0.1 9.0.0.2 7 ACCEPT 0 ${key}`,
      ({ destinations }) => destinations.rows.map(port),
    ],
    [
      'ports',
      PORTS,
      (key) => `10.0.0.1 9.0.0.2 7 ACCEPT 0 ${key}`,
      ({ ports }) => ports.rows.map(port),
    ],
    [
      'sources that were refused',
      ADDRESSES,
      (key) => `${key} 9.0.0.1 7 REJECT 1 2 6`,
      ({ rejects }) => rejects.rows.map(({ source }) => source),
    ],
    [
      'refusing destinations',
      ADDRESSES,
      (key) => `9.0.0.1 ${key} 7 REJECT 1 2 6`,
      ({ rejects }) => rejects.rows.map(({ destination }) => destination),
    ],
    [
      'ports that were refused',
      PORTS,
      (key) => `9.0.0.1 9.0.0.2 7 REJECT 1 ${key}`,
      ({ rejects }) => rejects.rows.map(port),
    ],
  ])('%s stand in the order of their keys, however the lines come', (_, keys, line, shown) => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...keys], { minLength: keys.length }), (shuffled) => {
        const text = [HEADER, ...shuffled.map(line)].join('\n');
        expect(shown(reportOn(text, { top: ALL_ROWS }))).toEqual(keys);
      }),
      { numRuns: 10 },
    );
  });

  test.each(['ACCEPT', 'REJECT'])('have those of more flows first: %s', (action) => {
    const lines = [
      '9.0.0.1 9.0.0.2 7',
      '9.0.0.1 9.0.0.3 4',
      '9.0.0.1 9.0.0.3 3',
      '9.0.0.1 9.0.0.4 7',
    ];
    const text = ['srcaddr dstaddr bytes action', ...lines.map((line) => `${line} ${action}`)].join(
      '\n',
    );
    const { destinations, rejects } = reportOn(text);
    const shown =
      action === 'ACCEPT'
        ? destinations.rows.map(address)
        : rejects.rows.map(({ destination }) => destination);
    expect(shown).toEqual(['9.0.0.3', '9.0.0.2', '9.0.0.4']);
  });

  test('that were refused as often have those of more bytes first, also above 32 bits', () => {
    const bytes = [1, 2 ** 32, 2 ** 32 - 1, 2 ** 40 + 2 ** 31, 2 ** 63];
    const lines = bytes.map((each, index) => `9.0.0.1 9.0.0.${index} ${BigInt(each)} REJECT`);
    const { rows } = reportOn(['srcaddr dstaddr bytes action', ...lines].join('\n')).rejects;
    expect(rows.map((row) => row.bytes)).toEqual(bytes.toSorted((a, b) => b - a));
    expect(rows.map(({ destination }) => destination)).toEqual(
      [4, 3, 1, 2, 0].map((index) => `9.0.0.${index}`),
    );
  });
});
