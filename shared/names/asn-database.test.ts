import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Random } from '../../tests/fuzz/random.ts';
import { ASN_FIXTURES, asnEdges, asnRowOf, asnRows } from '../../tests/support/asn-table.ts';
import { addressOf } from '../flow/prefix.ts';
import { Address } from '../flow/record.ts';
import { ShapeError } from '../read-shape.ts';
import { AsnDatabase } from './asn-database.ts';

const file = (name: string) => readFileSync(join(ASN_FIXTURES, name));
const address = (text: string) => addressOf(text) ?? new Address();

test.each(['asn.mmdb', 'ipinfo.mmdb'])(
  '%s has for every address what the table says that it was made from',
  (name) => {
    const database = new AsnDatabase(file(name), name);
    const rows = asnRows();
    const random = new Random(27);
    const near = Array.from({ length: 500 }, () => {
      const [a, b] = random.pick([
        ['203.0', 113],
        ['198.51', 100],
        ['192.0', 2],
      ] as const);
      return `${a}.${b + random.below(2)}.${random.below(256)}`;
    });
    // The second time they are known.
    for (const text of [...asnEdges(), ...near, ...asnEdges()]) {
      const row = asnRowOf(text, rows);
      const asn = database.of(address(text));
      expect([text, asn, database.organizationOf(asn)]).toEqual([
        ...[text, row?.asn ?? 0, row?.organization ?? ''],
      ]);
    }
    expect(database.unreadable).toBe(0);
  },
);

test('a flow without an address has no AS number', () => {
  expect(new AsnDatabase(file('asn.mmdb'), 'file').of(new Address())).toBe(0);
});

test('the title says the type and the day of the database', () => {
  expect(new AsnDatabase(file('asn.mmdb'), 'file').title).toMatch(
    /^GeoLite2-ASN of \d{4}-\d\d-\d\d$/,
  );
});

const whole = file('asn.mmdb');
test.each([
  ['nothing', Buffer.alloc(0), 'x.mmdb is no MMDB file, or is cut off'],
  ['text', Buffer.from('cidr,asn\n192.0.2.0/24,64500\n'), 'x.mmdb is no MMDB file, or is cut off'],
  ['zeros', Buffer.alloc(4096), 'x.mmdb is no MMDB file, or is cut off'],
  ['only the end', whole.subarray(-200), 'x.mmdb is no MMDB file, or is cut off'],
  ['only the beginning', whole.subarray(0, 1500), 'x.mmdb is no MMDB file, or is cut off'],
  [
    'gzip',
    Buffer.from('1f8b08000000000000034b4c4a06', 'hex'),
    'x.mmdb is no MMDB file, or is cut off',
  ],
  ['countries', file('country.mmdb'), 'x.mmdb has no AS numbers: its type is GeoLite2-Country'],
])('a file with %s is refused in a sentence', (_, bytes, message) => {
  expect(() => new AsnDatabase(bytes, 'x.mmdb')).toThrow(new ShapeError(message));
});

test.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
  'a damaged file is refused, or what cannot be read is counted: seed %i',
  (seed) => {
    const random = new Random(seed);
    const damaged = Buffer.from(whole);
    for (let count = 0; count < 40; count++) {
      damaged[random.below(damaged.length)] = random.below(256);
    }
    let database: AsnDatabase | undefined;
    try {
      database = new AsnDatabase(damaged, 'x.mmdb');
    } catch (error) {
      expect(error).toBeInstanceOf(ShapeError);
    }
    for (const text of asnEdges()) {
      const asn = database?.of(address(text)) ?? 0;
      expect(Number.isInteger(asn) && asn >= 0 && asn < 2 ** 32).toBe(true);
    }
  },
);
