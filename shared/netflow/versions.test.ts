import { describe, expect, test } from '@jest/globals';
import { exportLines } from '../../tests/support/export-lines.ts';
import {
  EXPORTABLE_FORMAT as FORMAT,
  exportableLine as line,
} from '../../tests/support/exportable-line.ts';
import { newExporter } from '../../tests/support/new-exporter.ts';
import { FlowLogParser } from '../flowlog/parser.ts';
import { optionsDataOf } from './options.ts';
import type { Version } from './protocol.ts';

const many = (count: number) => Array.from({ length: count }, (_, i) => line({ srcport: i }));

/** The only packet of one line, as hexadecimal digits. */
function packetOf(version: Version): string {
  const exporter = newExporter({
    version,
    domain: 0x0102,
    sequence: 7,
    now: () => 1_700_000_060_000,
  });
  const parser = new FlowLogParser({
    format: FORMAT.split(' '),
    onFlow: (flow) => exporter.add(flow),
  });
  parser.write(
    Buffer.from(`${line({ 'interface-id': '-', start: 1_700_000_000, end: 1_700_000_058 })}\n`),
  );
  parser.end();
  const [packet] = exporter.finish();
  return Buffer.from(packet?.bytes ?? []).toString('hex');
}

describe('a packet, octet by octet', () => {
  test('of v5', () => {
    expect(packetOf(5)).toBe(
      '00050001052746606553f13c00000000000000070102' +
        '0000' +
        '0a000105cb00710500000000000000000000000a0000034805265c0005273e90c00001bb000306000000000000000000',
    );
  });

  test('of v9', () => {
    expect(packetOf(9)).toBe(
      '00090004052746606553f13c0000000700000102' +
        '000000c0' +
        '0100000e00080004000c000400070002000b00020004000100060001003d000100590001000a0004000e0004000200080001000800160004001500040101000e001b0010001c001000070002000b00020004000100060001003d000100590001000a0004000e00040002000800010008001600040015000401020010' +
        '00080004000c000400070002000b00020004000100060001003d000100590001000a0004000e00040002000800010008001600040015000400e1000400e20004' +
        '01000034' +
        '0a000105cb007105c00001bb06030140' +
        '0000000000000000' +
        '000000000000000a' +
        '0000000000000348' +
        '05265c0005273e90',
    );
  });

  test('of IPFIX', () => {
    expect(packetOf(10)).toBe(
      '000a010c6553f13c0000000700000102' +
        '000200c0' +
        '0100000e00080004000c000400070002000b00020004000100060001003d000100590001000a0004000e0004000200080001000800980008009900080101000e001b0010001c001000070002000b00020004000100060001003d000100590001000a0004000e00040002000800010008009800080099000801020010' +
        '00080004000c000400070002000b00020004000100060001003d000100590001000a0004000e00040002000800010008009800080099000800e1000400e20004' +
        '0100003c' +
        '0a000105cb007105c00001bb06030140' +
        '0000000000000000' +
        '000000000000000a' +
        '0000000000000348' +
        '0000018bcfe568000000018bcfe64a90',
    );
  });
});

describe('fields of v9 and IPFIX that v5 lacks', () => {
  const values = (version: 9 | 10, ...lines: string[]) =>
    exportLines(version, FORMAT, lines).flows.map((flow) => flow.values);

  test.each([9, 10] as const)('version %d: counters of 64 bits', (version) => {
    const [flow] = values(version, line({ bytes: 2n ** 63n - 1n, packets: 2n ** 53n + 1n }));
    expect(flow).toMatchObject({
      octetDeltaCount: 2n ** 63n - 1n,
      packetDeltaCount: 2n ** 53n + 1n,
    });
  });

  test.each([9, 10] as const)('version %d: direction and forwarding status', (version) => {
    const flows = values(
      version,
      line(),
      line({ 'flow-direction': 'ingress', action: 'REJECT' }),
      line({ action: '-' }),
    );
    expect(flows.map((flow) => [flow['flowDirection'], flow['forwardingStatus']])).toEqual([
      [1, 64],
      [0, 129],
      [1, 0],
    ]);
  });

  test.each([9, 10] as const)(
    'version %d: the addresses after NAT, in the private leg only',
    (version) => {
      const post = (flow: Record<string, unknown> | undefined) => [
        flow?.['postNATSourceIPv4Address'],
        flow?.['postNATDestinationIPv4Address'],
      ];
      const flows = values(
        version,
        line({ dstaddr: '10.0.0.220', 'pkt-dstaddr': '203.0.113.5' }),
        line({ srcaddr: '10.0.0.220', dstaddr: '10.0.1.5', 'pkt-srcaddr': '203.0.113.5' }),
        line({ srcaddr: '10.0.0.220' }),
      );
      expect(flows.map(post)).toEqual([
        ['10.0.0.220', '203.0.113.5'],
        ['203.0.113.5', '10.0.0.220'],
        [undefined, undefined],
      ]);
    },
  );

  test.each([9, 10] as const)(
    'version %d: no address after NAT when it is of another family',
    (version) => {
      const packet = { 'pkt-srcaddr': '10.0.1.5', 'pkt-dstaddr': '203.0.113.5' };
      const flows = values(
        version,
        line({ ...packet, srcaddr: '10.0.1.5', dstaddr: '2001:db8::220' }),
        line({ ...packet, srcaddr: '2001:db8::220', dstaddr: '203.0.113.5' }),
        line({ ...packet, srcaddr: '2001:db8::5', dstaddr: '2001:db8::220' }),
      );
      expect(flows).toHaveLength(3);
      for (const flow of flows) {
        expect(flow).toMatchObject({ sourceIPv4Address: '10.0.1.5' });
        expect(flow).not.toHaveProperty('postNATSourceIPv4Address');
      }
    },
  );

  test.each([9, 10] as const)('version %d: options data, only on request', (version) => {
    const options = {
      options: optionsDataOf(() => Uint8Array.of(192, 0, 2, 1)),
      templateFirstPackets: 1,
    };
    const { packets, headers } = exportLines(version, FORMAT, many(100), options);
    const data = packets.flatMap(({ records }) => records).filter((record) => record.options);
    expect(data.map((record) => record.values)).toEqual([
      expect.objectContaining({ samplingInterval: 1, exporterIPv4Address: '192.0.2.1' }),
      expect.objectContaining({ interfaceName: 'eni-0a1b2c3d4e5f60718' }),
    ]);
    if (version === 10) expect(headers[1]?.sequence).toBe(packets[0]?.records.length);
    const without = exportLines(version, FORMAT, many(100)).packets.flatMap(
      ({ records }) => records,
    );
    expect(without.some((record) => record.options)).toBe(false);
  });
});

describe('v5 counters over 32 bits', () => {
  const sum = (flows: ReturnType<typeof exportLines>['flows'], name: string) =>
    flows.reduce((total, { values }) => total + BigInt(values[name] ?? 0), 0n);

  test.each([
    [2n ** 32n - 1n, 10n, 1],
    [2n ** 32n, 10n, 2],
    [5n * 2n ** 30n, 3_600_000n, 2],
    [2n ** 40n + 17n, 2n ** 30n + 1n, 257],
    [1n, 2n ** 33n, 3],
  ])('%d bytes in %d packets become %d records that add up', (bytes, packets, count) => {
    const { flows, exporter } = exportLines(5, FORMAT, [line({ bytes, packets })]);
    expect(flows).toHaveLength(count);
    expect([sum(flows, 'octetDeltaCount'), sum(flows, 'packetDeltaCount')]).toEqual([
      bytes,
      packets,
    ]);
    expect(exporter.totals.records).toBe(count);
  });

  test('that would take too many records are counted as not exportable', () => {
    const { flows, exporter } = exportLines(5, FORMAT, [line({ bytes: 2n ** 63n - 1n })]);
    expect([flows.length, exporter.totals.notExportable]).toEqual([0, 1]);
  });
});
