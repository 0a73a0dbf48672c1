import { describe, expect, test } from '@jest/globals';
import { newExporter } from '../../tests/support/new-exporter.ts';
import { streamId } from '../collector/decode/packet.ts';
import { Decoder } from '../collector/decode.ts';
import { FlowRecord } from '../flow/record.ts';
import {
  advance,
  derivedIdentity,
  FIRST_DERIVED_DOMAIN,
  type SequenceUnits,
  takeReserved,
} from './exporter-identity.ts';
import type { Version } from './protocol.ts';

const stream = (i: number) => `2026/11/22/[$LATEST]${i.toString(16).padStart(32, '0')}`;

test('a derived identity counts each version in its own units, modulo 2^32', async () => {
  const identity = derivedIdentity(stream(1));
  const { domain } = await identity.reserve({ 5: 30, 9: 1, 10: 2 ** 32 - 1 });
  expect(await identity.reserve({ 9: 1, 10: 3 })).toEqual({
    domain,
    sequence: { 5: 30, 9: 1, 10: 2 ** 32 - 1 },
  });
  expect(await identity.reserve({})).toEqual({ domain, sequence: { 5: 30, 9: 2, 10: 2 } });
});

test('domains of different names differ, also in the 16 bits of v5, and are never those of slots', async () => {
  const domains = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const { domain } = await derivedIdentity(stream(i)).reserve({});
      return domain;
    }),
  );
  expect(new Set(domains).size).toBe(20);
  expect(new Set(domains.map((domain) => domain & 0xffff)).size).toBe(20);
  for (const domain of domains) {
    expect(domain).toBeLessThan(2 ** 32);
    expect(domain & 0xffff).toBeGreaterThanOrEqual(FIRST_DERIVED_DOMAIN);
  }
});

test('the same name has the same domain', async () => {
  const [first, second] = [derivedIdentity('cli'), derivedIdentity('cli')];
  expect((await first.reserve({})).domain).toBe((await second.reserve({})).domain);
});

// Hashes from the authors' test suite: http://www.isthe.com/chongo/tech/comp/fnv/
test.each([
  ['', 0x811c_9dc5],
  ['a', 0xe40c_292c],
  ['foobar', 0xbf9c_f968],
])(
  'the domain of "%s" is the FNV-1a hash of the name, among those for derived ones',
  async (name, hash) => {
    const { domain } = await derivedIdentity(name).reserve({});
    expect(domain).toBe((hash | 0x8000_8000) >>> 0);
  },
);

test('numbers wrap from 2^32-1 to 0, independently in each version', () => {
  const last = 2 ** 32 - 1;
  expect(advance({ 5: last, 9: last, 10: last - 1 }, { 5: 1, 9: 30, 10: 1 })).toEqual({
    5: 0,
    9: 29,
    10: last,
  });
  expect(advance({ 5: 1, 9: 2, 10: 3 }, {})).toEqual({ 5: 1, 9: 2, 10: 3 });
});

describe('packets that are reserved for', () => {
  const exporterOf = (version: Version, flows: number) => {
    const exporter = newExporter({ version, domain: 1, sequence: 5 });
    const flow = new FlowRecord();
    flow.source.family = 4;
    flow.destination.family = 4;
    for (let index = 0; index < flows; index++) exporter.add(flow);
    exporter.close();
    return exporter;
  };

  test.each([
    [5, 31],
    [9, 2],
    [10, 31],
  ] as const)('of version %d take as many numbers as they need', async (version, units) => {
    const asked: SequenceUnits[] = [];
    const { packets, fallback } = await takeReserved(exporterOf(version, 31), async (wanted) => {
      asked.push(wanted);
      return { domain: 0x0102, sequence: { 5: 50, 9: 90, 10: 100 }, fallback: 'no slot' };
    });
    expect(asked).toEqual([{ [version]: units }]);
    expect(fallback).toBe('no slot');
    const headers = packets.map(({ bytes }) => new Decoder().decode(bytes, 'test').header);
    const first = { 5: 50, 9: 90, 10: 100 }[version];
    expect(headers.map((header) => header?.sequence)).toEqual([
      first,
      first + (version === 9 ? 1 : (packets[0]?.records ?? 0)),
    ]);
    expect(headers.map((header) => header && streamId(header))).toEqual([0x0102, 0x0102]);
  });

  test('reserve nothing when there are none', async () => {
    const reserve = () => Promise.reject(new Error('not to be asked'));
    expect(await takeReserved(exporterOf(9, 0), reserve)).toEqual({
      packets: [],
      fallback: undefined,
    });
  });
});
