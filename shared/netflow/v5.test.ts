import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exportLines, NOW_SECONDS } from '../../tests/support/export-lines.ts';
import { EXPORTABLE_FORMAT, exportableLine } from '../../tests/support/exportable-line.ts';
import { newExporter } from '../../tests/support/new-exporter.ts';
import { Decoder } from '../collector/decode.ts';
import { EGRESS, FlowRecord, INGRESS, UNKNOWN_DIRECTION } from '../flow/record.ts';
import { V5Encoder } from './v5.ts';

/** The maximum of a v5 counter. */
const FULL = 2n ** 32n - 1n;

/** A flow between IPv4 addresses with counters of these sizes, in halves as the parser fills them. */
function flowOf(bytes: bigint, packets = 1n): FlowRecord {
  const flow = new FlowRecord();
  flow.source.family = 4;
  flow.destination.family = 4;
  flow.bytesHigh = Number(bytes >> 32n) | 0;
  flow.bytesLow = Number(bytes & FULL) | 0;
  flow.packetsHigh = Number(packets >> 32n) | 0;
  flow.packetsLow = Number(packets & FULL) | 0;
  return flow;
}

/** The decoded records of one flow. */
function recordsOf(flow: FlowRecord) {
  const exporter = newExporter({ version: 5, domain: 1, now: () => NOW_SECONDS * 1000 });
  exporter.add(flow);
  const decoder = new Decoder();
  return exporter.finish().flatMap(({ bytes }) => decoder.decode(bytes, 'test').records);
}

describe('a counter of v5', () => {
  const counter = fc.oneof(
    fc.bigInt({ min: 0n, max: 70n * FULL }),
    fc
      .tuple(fc.bigInt({ min: 1n, max: 70n }), fc.constantFrom(-1n, 0n, 1n))
      .map(([times, beside]) => times * FULL + beside),
    fc
      .tuple(fc.integer({ min: 0, max: 37 }), fc.constantFrom(-1n, 0n, 1n))
      .map(([bits, beside]) => 2n ** BigInt(bits) + beside),
  );

  test('is split into the fewest records that hold it, of similar size, that add up to it', () => {
    fc.assert(
      fc.property(counter, counter, (bytes, packets) => {
        const records = recordsOf(flowOf(bytes, packets));
        const most = bytes > packets ? bytes : packets;
        const least = (most + FULL - 1n) / FULL;
        expect(BigInt(records.length)).toBe(least > 1n ? least : 1n);
        for (const [name, total] of [
          ['octetDeltaCount', bytes],
          ['packetDeltaCount', packets],
        ] as const) {
          const parts = records.map(({ values }) => BigInt(values[name] ?? -1));
          expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(total);
          const share = total / BigInt(parts.length);
          expect(parts.filter((part) => part < share || part > share + 1n)).toEqual([]);
        }
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [2n ** 32n - 2n, 1],
    [2n ** 32n - 1n, 1],
    [2n ** 32n, 2],
    [2n ** 33n - 2n, 2],
    [2n ** 33n - 1n, 3],
    [2n ** 33n, 3],
    [30n * FULL, 30],
    [30n * FULL + 1n, 31],
  ])('of %d takes %d records, whether of bytes or of packets', (value, count) => {
    expect(recordsOf(flowOf(value))).toHaveLength(count);
    expect(recordsOf(flowOf(1n, value))).toHaveLength(count);
  });

  test('over 65,536 records is not exported, and counted', () => {
    const encoder = new V5Encoder(1464);
    expect(encoder.recordsFor(flowOf(65_536n * FULL))).toBe(65_536);
    expect(encoder.recordsFor(flowOf(1n, 65_536n * FULL))).toBe(65_536);
    for (const value of [65_536n * FULL + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
      expect(encoder.recordsFor(flowOf(value))).toBe(0);
      expect(encoder.recordsFor(flowOf(1n, value))).toBe(0);
    }
    const exporter = newExporter({ version: 5, domain: 1 });
    expect(exporter.add(flowOf(65_536n * FULL + 1n))).toBe(false);
    expect(exporter.add(flowOf(1n, 65_536n * FULL + 1n))).toBe(false);
    expect([exporter.totals.records, exporter.totals.notExportable]).toEqual([0, 2]);
    expect([exporter.totals.bytes.toBigInt(), exporter.totals.packets.toBigInt()]).toEqual([
      0n,
      0n,
    ]);
  });

  test('split over two packets does not change the other fields of any record', () => {
    const lines = [exportableLine({ bytes: 45n * FULL }), exportableLine({ srcport: 7 })];
    const { headers, flows } = exportLines(5, EXPORTABLE_FORMAT, lines);
    expect(headers.map(({ sequence }) => sequence)).toEqual([0, 30]);
    const [first] = flows;
    const rest = ({ values, startMs, endMs }: (typeof flows)[number]) => {
      const { octetDeltaCount, packetDeltaCount, ...others } = values;
      return { ...others, startMs, endMs };
    };
    expect(flows).toHaveLength(46);
    for (const flow of flows.slice(0, 45)) expect(rest(flow)).toEqual(first && rest(first));
    expect(flows[45]?.values['sourceTransportPort']).toBe(7);
  });
});

describe('an interface number in the 16 bits of v5', () => {
  test.each([
    [0, 0],
    [1, 1],
    [0xffff, 0xffff],
    [0x1_0000, 1],
    [0x1_0001, 1],
    [0x7fff_0000, 0x7fff],
    [0x1234_00ff, 0x12cb],
    [0x7abc_7abc, 1],
    [0x7fff_ffff, 0x8000],
  ])('%d becomes %d, on the side the flow crossed', (index, expected) => {
    const sides = [INGRESS, EGRESS, UNKNOWN_DIRECTION].map((direction) => {
      const [record] = recordsOf(Object.assign(flowOf(1n), { interfaceIndex: index, direction }));
      return [record?.values['ingressInterface'], record?.values['egressInterface']];
    });
    expect(sides).toEqual([
      [expected, 0],
      [0, expected],
      [expected, 0],
    ]);
  });
});

test('fields of v5 that flow logs do not have are zero', () => {
  const { flows, headers } = exportLines(5, EXPORTABLE_FORMAT, [exportableLine()]);
  expect(headers[0]).toMatchObject({ unixNsecs: 0, samplingMode: 0, samplingInterval: 0 });
  expect(flows[0]?.values).toMatchObject({
    ipNextHopIPv4Address: '0.0.0.0',
    pad1: 0,
    ipClassOfService: 0,
    bgpSourceAsNumber: 0,
    bgpDestinationAsNumber: 0,
    sourceIPv4PrefixLength: 0,
    destinationIPv4PrefixLength: 0,
    pad2: 0,
  });
});

test('engine type and engine id are the 16 lowest bits of the domain', () => {
  const { headers } = exportLines(5, EXPORTABLE_FORMAT, [exportableLine()], {
    domain: 0x7654_ab13,
  });
  expect(headers[0]).toMatchObject({ engineType: 0xab, engineId: 0x13 });
});
