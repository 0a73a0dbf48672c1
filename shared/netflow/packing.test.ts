import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Exported, exportLines } from '../../tests/support/export-lines.ts';
import { EXPORTABLE_FORMAT, exportableLine } from '../../tests/support/exportable-line.ts';
import type { NewExporterOptions } from '../../tests/support/new-exporter.ts';
import type { DataRecord, Packet } from '../collector/decode/packet.ts';
import { Decoder } from '../collector/decode.ts';
import { FlowRecord } from '../flow/record.ts';
import { optionsDataOf } from './options.ts';
import { Packet as ExportPacket } from './packet.ts';
import type { Version } from './protocol.ts';
import { TemplateEncoder } from './template-encoder.ts';
import { templatesWith } from './templates.ts';
import { V9 } from './v9.ts';

/** The payload limit that leaves room for tunnel headers within an MTU of 1,500. v5 has a fixed limit. */
const LIMIT = { 5: 24 + 30 * 48, 9: 1400, 10: 1400 } as const;
const HEADER = { 5: 24, 9: 20, 10: 16 } as const;
const SET_HEADER = 4;

const KINDS = ['ipv4', 'ipv6', 'translated'] as const;
type Kind = (typeof KINDS)[number];
/** The template id of each kind of flow: docs/mapping.md. */
const TEMPLATE: Readonly<Record<Kind, number>> = { ipv4: 256, ipv6: 257, translated: 258 };

interface Flow {
  readonly kind: Kind;
  readonly port: number;
  readonly bytes: bigint;
  readonly name: string;
}

/** Interfaces with names of every length modulo 4, some longer than the fields for them. */
const NAMES = Array.from({ length: 40 }, (_, index) => `eni-${index}`.padEnd(5 + index * 7, 'x'));

const flow: fc.Arbitrary<Flow> = fc.record({
  kind: fc.constantFrom(...KINDS),
  port: fc.nat(65_535),
  bytes: fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
  name: fc.constantFrom(...NAMES),
});
const flows = fc.array(flow, { minLength: 1, maxLength: 120, size: 'max' });

function lineOf({ kind, port, bytes, name }: Flow): string {
  const common = { 'interface-id': name, srcport: port, bytes };
  if (kind === 'ipv4') return exportableLine(common);
  if (kind === 'ipv6') {
    return exportableLine({ ...common, srcaddr: '2001:db8::5', dstaddr: '2001:db8:1:2:3:4:5:6' });
  }
  return exportableLine({ ...common, dstaddr: '10.0.0.220', 'pkt-dstaddr': '203.0.113.5' });
}

/** The values of a flow that a collector must get, as text. */
function expected({ kind, port, bytes }: Flow) {
  const ports = {
    sourceTransportPort: port,
    destinationTransportPort: 443,
    octetDeltaCount: bytes,
  };
  if (kind === 'ipv6') {
    const destination = '2001:db8:1:2:3:4:5:6';
    return { ...ports, sourceIPv6Address: '2001:db8::5', destinationIPv6Address: destination };
  }
  const addresses = { sourceIPv4Address: '10.0.1.5', destinationIPv4Address: '203.0.113.5' };
  if (kind === 'ipv4') return { ...ports, ...addresses };
  return {
    ...ports,
    ...addresses,
    postNATSourceIPv4Address: '10.0.0.220',
    postNATDestinationIPv4Address: '203.0.113.5',
  };
}

const said = ({ values }: DataRecord) => ({
  ...values,
  octetDeltaCount: BigInt(values['octetDeltaCount'] ?? 0),
});

function octetsByTemplate({ packets }: Exported): Map<number, number> {
  return new Map(
    packets
      .flatMap(({ templates }) => templates)
      .map(({ id, fields }) => [id, fields.reduce((sum, { length }) => sum + length, 0)]),
  );
}

/** Checks that no packet of flows was closed while its next flow still had room. Options data is in others. */
function expectFilled(exported: Exported): void {
  const octets = octetsByTemplate(exported);
  const packets = exported.packets
    .map(({ records }, index) => ({ records, size: exported.sizes[index] ?? 0 }))
    .filter(({ records }) => records.some(({ options }) => !options));
  for (const [index, { records }] of packets.slice(1).entries()) {
    const next = records[0]?.template ?? 0;
    const before = packets[index];
    const isSame = next === before?.records.at(-1)?.template;
    const more = (octets.get(next) ?? 0) + (isSame ? 0 : SET_HEADER);
    expect((before?.size ?? 0) + more).toBeGreaterThan(1400);
  }
}

function expectAligned({ packets }: Exported, version: Version): void {
  for (const set of packets.flatMap(({ sets }) => sets)) {
    if (version === 9) expect([set.unaligned, set.length % 4]).toEqual([undefined, 0]);
    expect(set.padding ?? 0).toBeLessThan(version === 9 ? 4 : 1);
    if (set.id >= 256) expect(set.records).toBeGreaterThan(0);
  }
}

function expectNumbered(
  packets: readonly Packet[],
  first: number,
  unitsOf: (packet: Packet) => number,
): void {
  let next = first;
  for (const packet of packets) {
    expect(packet.header?.sequence).toBe(next);
    next = (next + unitsOf(packet)) % 2 ** 32;
  }
}

const OPTIONS: readonly (readonly [string, NewExporterOptions['options']])[] = [
  ['without options data', undefined],
  ['with options data of an IPv4 exporter', optionsDataOf(() => Uint8Array.of(192, 0, 2, 1))],
  ['with options data of an IPv6 exporter', optionsDataOf(() => new Uint8Array(16).fill(0x20))],
];

describe.each([9, 10] as const)('version %d', (version) => {
  describe.each(OPTIONS)('%s', (_, options) => {
    const exported = (list: readonly Flow[], more: Partial<NewExporterOptions> = {}) =>
      exportLines(version, EXPORTABLE_FORMAT, list.map(lineOf), { options, ...more });

    test('kinds of flows in any order fill packets, and no packet exceeds the limit', () => {
      fc.assert(
        fc.property(flows, fc.integer({ min: 1, max: 5 }), (list, templateEveryPackets) => {
          const result = exported(list, { templateEveryPackets });
          expect(Math.max(...result.sizes)).toBeLessThanOrEqual(LIMIT[version]);
          expectFilled(result);
          expectAligned(result, version);
          expect(result.flows.map(said)).toEqual(
            list.map((each) => expect.objectContaining(expected(each))),
          );
        }),
        { numRuns: 7 },
      );
    });

    test('headers count the records and number the packets', () => {
      fc.assert(
        fc.property(flows, fc.constantFrom(0, 2 ** 32 - 3), (list, sequence) => {
          const { packets } = exported(list, { sequence, templateEveryPackets: 3 });
          expectNumbered(packets, sequence, ({ records }) => (version === 9 ? 1 : records.length));
          for (const { header, seenRecords } of packets) {
            expect(header).toMatchObject(version === 9 ? { count: seenRecords } : {});
          }
        }),
        { numRuns: 7 },
      );
    });
  });
});

describe('the last octets of a packet', () => {
  const ofKinds = (kinds: readonly Kind[], name: string) =>
    kinds.map((kind, index) => ({ kind, port: index, bytes: 1n, name }));
  const options = optionsDataOf(() => Uint8Array.of(192, 0, 2, 1));
  /** Kinds of flows in turn, repeated so that packets end at many different octets. */
  const runs = Array.from({ length: 24 }, (_, index) => {
    const kinds = KINDS.flatMap((kind, turn) => Array<Kind>(1 + ((index >> turn) % 3)).fill(kind));
    return Array.from({ length: 25 }, () => kinds).flat();
  });

  test.each([9, 10] as const)('of version %d are used, and none beyond them', (version) => {
    const sizes = runs.flatMap((kinds, index) => {
      const list = ofKinds(kinds, 'x'.repeat(1 + index));
      const result = exportLines(version, EXPORTABLE_FORMAT, list.map(lineOf), { options });
      expectFilled(result);
      return result.sizes;
    });
    expect(Math.max(...sizes)).toBe(1400);
  });

  test('of v5 end with the thirtieth record', () => {
    const list = ofKinds(Array<Kind>(91).fill('ipv4'), 'eni-1');
    const { sizes, headers } = exportLines(5, EXPORTABLE_FORMAT, list.map(lineOf));
    expect(sizes).toEqual([1464, 1464, 1464, HEADER[5] + 48]);
    expect(headers.map((header) => 'count' in header && header.count)).toEqual([30, 30, 30, 1]);
  });
});

test('v5 numbers flows, and counts those it cannot carry without a number', () => {
  fc.assert(
    fc.property(flows, fc.constantFrom(0, 2 ** 32 - 3), (list, sequence) => {
      const {
        packets,
        flows: sent,
        exporter,
      } = exportLines(5, EXPORTABLE_FORMAT, list.map(lineOf), { sequence });
      const carried = list.filter(({ kind }) => kind !== 'ipv6');
      expect(sent.map(({ values }) => values['sourceTransportPort'])).toEqual(
        carried.map(({ port }) => port),
      );
      expect(exporter.totals.notExportable).toBe(list.length - carried.length);
      expectNumbered(packets, sequence, ({ records }) => records.length);
    }),
    { numRuns: 7 },
  );
});

test('a record of another length than a multiple of four is padded in v9, within the limit', () => {
  /** Writes the end in three octets, so that an IPv4 record has 47. */
  class OddV9 extends V9 {
    override readonly templates = templatesWith({
      fields: [
        [22, 4],
        [21, 3],
      ],
      octets: 7,
    });
  }
  const flow = new FlowRecord();
  const sizes = Array.from({ length: 100 }, (_, count) => {
    const encoder = new TemplateEncoder(new OddV9(), 1400);
    // The encoder writes the end as four octets, one more than the field, so the packet has room for one more.
    const packet = new ExportPacket(1401);
    const write = (family: 4 | 6) => {
      flow.source.family = flow.destination.family = family;
      return encoder.write(packet, flow, { start: 0, end: 0 });
    };
    encoder.open(packet, true);
    for (let each = 0; each < Math.floor(count / 10); each++) write(4);
    for (let each = 0; each < count % 10; each++) write(6);
    while (write(4)) expect(packet.length).toBeLessThanOrEqual(1400);
    encoder.close(packet, 0);
    const { error, sets, records } = new Decoder().decode(packet.bytes, 'test');
    expect([error, records.length]).toEqual([undefined, packet.records]);
    for (const { length, padding = 0 } of sets) {
      expect(length % 4).toBe(0);
      expect(padding).toBeLessThan(4);
    }
    return packet.length;
  });
  expect(Math.max(...sizes)).toBe(1400);
});

test('templates have the ids of the documentation', () => {
  const kinds = KINDS.map((kind) => ({ kind, port: 1, bytes: 1n, name: 'eni-1' }));
  const { flows: sent } = exportLines(10, EXPORTABLE_FORMAT, kinds.map(lineOf));
  expect(sent.map(({ template }) => template)).toEqual(KINDS.map((kind) => TEMPLATE[kind]));
});
