import { describe, expect, test } from '@jest/globals';
import { exportLines, NOW_SECONDS } from '../../tests/support/export-lines.ts';
import {
  EXPORTABLE_FORMAT as FORMAT,
  exportableLine as line,
  START,
} from '../../tests/support/exportable-line.ts';
import { newExporter } from '../../tests/support/new-exporter.ts';
import { FlowRecord } from '../flow/record.ts';
import { FlowLogParser } from '../flowlog/parser.ts';
import type { Version } from './protocol.ts';

const VERSIONS: readonly Version[] = [5, 9, 10];
const many = (count: number) => Array.from({ length: count }, (_, i) => line({ srcport: i }));

describe.each(VERSIONS)('version %d', (version) => {
  const exported = (lines: string[], options = {}) => exportLines(version, FORMAT, lines, options);
  const seconds = (flows: ReturnType<typeof exported>['flows']) =>
    flows.map(({ values, startMs, endMs }) => [
      (startMs ?? Number(values['flowStartMilliseconds'])) / 1000,
      (endMs ?? Number(values['flowEndMilliseconds'])) / 1000,
    ]);

  test('exports times to the second, however old they are', () => {
    const ages = [0, 60, 3600, 86_400, 60 * 86_400, 1000 * 86_400];
    const times = ages.map((age) => [NOW_SECONDS - age - 61, NOW_SECONDS - age]);
    const { flows } = exported(times.map(([start = 0, end = 0]) => line({ start, end })));
    expect(seconds(flows)).toEqual(times);
  });

  test('exports times to the second in a file that spans a hundred days in both directions', () => {
    const days = [0, 10, 100, 3, 99, 50, 50, 0, 24, 25, 1];
    const times = days.map((day) => [START - day * 86_400, START - day * 86_400 + 30]);
    const { flows } = exported(times.map(([start = 0, end = 0]) => line({ start, end })));
    expect(seconds(flows)).toEqual(times);
  });

  test('exports times at the epoch', () => {
    const { flows } = exported([line({ start: 0, end: 60 }), line({ start: 1000, end: 1060 })]);
    expect(seconds(flows)).toEqual([
      [0, 60],
      [1000, 1060],
    ]);
  });

  test('uses one time for both when the other is missing, and the present when both are', () => {
    const { flows } = exported([
      line({ start: '-' }),
      line({ end: '-' }),
      line({ start: '-', end: '-' }),
    ]);
    expect(seconds(flows)).toEqual([
      [START + 58, START + 58],
      [START, START],
      [NOW_SECONDS, NOW_SECONDS],
    ]);
  });

  test('names the interface on the side the flow crossed it, never 0', () => {
    const { flows } = exported([
      line({ 'flow-direction': 'ingress' }),
      line({ 'flow-direction': 'egress' }),
      line({ 'interface-id': 'eni-2', 'flow-direction': 'ingress' }),
    ]);
    const sides = flows.map(({ values }) => [
      values['ingressInterface'],
      values['egressInterface'],
    ]);
    expect(sides[0]).toEqual([expect.any(Number), 0]);
    expect(sides[1]).toEqual([0, sides[0]?.[0]]);
    expect(sides[2]?.[0]).not.toBe(sides[0]?.[0]);
    expect(Number(sides[0]?.[0])).toBeGreaterThan(0);
  });

  test('exports the addresses of the packet, not those of the gateway', () => {
    const { flows } = exported([
      line({ dstaddr: '10.0.0.220', 'pkt-dstaddr': '203.0.113.5' }),
      line({ srcaddr: '10.0.0.220', dstaddr: '10.0.1.5', 'pkt-srcaddr': '203.0.113.5' }),
    ]);
    expect(flows.map(({ values }) => values['destinationIPv4Address'])).toEqual([
      '203.0.113.5',
      '10.0.1.5',
    ]);
    expect(flows[1]?.values['sourceIPv4Address']).toBe('203.0.113.5');
  });

  test('counts flows that it cannot carry', () => {
    const { flows, exporter } = exported([
      line({ srcaddr: '2001:db8::1', dstaddr: '2001:db8::2' }),
      line({ srcaddr: '2001:db8::1', dstaddr: '10.0.0.1' }),
      line({ srcaddr: '10.0.0.1', dstaddr: '2001:db8::1' }),
      line(),
    ]);
    expect(exporter.totals.notExportable).toBe(version === 5 ? 3 : 2);
    expect(flows).toHaveLength(version === 5 ? 1 : 2);
  });

  test('returns whether it exports a flow, which is false for one without addresses', () => {
    const flow = new FlowRecord();
    flow.source.family = flow.destination.family = 4;
    expect(newExporter({ version, domain: 1 }).add(flow)).toBe(true);
    const exporter = newExporter({ version, domain: 1 });
    expect(exporter.add(new FlowRecord())).toBe(false);
    expect([exporter.totals.notExportable, exporter.totals.records, exporter.finish()]).toEqual([
      1,
      0,
      [],
    ]);
  });

  test('sums up the exported flows exactly', () => {
    const { exporter } = exported([
      line({ bytes: 2n ** 40n + 1n, packets: 3 }),
      line({ bytes: 2n ** 33n, packets: 2n ** 34n }),
    ]);
    expect(exporter.totals.bytes.toBigInt()).toBe(2n ** 40n + 2n ** 33n + 1n);
    expect(exporter.totals.packets.toString()).toBe(String(2n ** 34n + 3n));
  });

  test('fills packets up to the limit and no further', () => {
    const { sizes } = exported(many(1000));
    const limit = version === 5 ? 1464 : 1400;
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
    expect(sizes.slice(1, -1).every((size) => size > limit - 70)).toBe(true);
  });

  test.each([
    [1200, version === 5 ? 1176 : 1200],
    [1203, version === 5 ? 1176 : 1203],
    [9000, version === 5 ? 1464 : 9000],
  ])('of a session with packets of %i octets fills them up to %i', (maxPacketOctets, limit) => {
    const { sizes, flows } = exported(many(1000), { maxPacketOctets });
    expect(flows).toHaveLength(1000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
    expect(sizes.slice(1, -1).every((size) => size > limit - 70)).toBe(true);
  });

  test('does not change returned packets before the next flow, nor the one under construction', () => {
    const exporter = newExporter({ version, domain: 1 });
    const parser = new FlowLogParser({
      format: FORMAT.split(' '),
      onFlow: (flow) => exporter.add(flow),
    });
    let records = 0;
    for (let round = 0; round < 20; round++) {
      parser.write(Buffer.from(`${many(45).join('\n')}\n`));
      for (const packet of exporter.take()) records += packet.records;
    }
    parser.end();
    for (const packet of exporter.finish()) records += packet.records;
    expect(records).toBe(20 * 45);
    expect(exporter.finish()).toEqual([]);
  });
});

describe('sequence numbers', () => {
  const numbers = (version: Version, sequence = 0) =>
    exportLines(version, FORMAT, many(100), { sequence }).headers.map((header) => header.sequence);

  test('count flow records in v5', () => expect(numbers(5)).toEqual([0, 30, 60, 90]));
  test('count packets in v9', () => expect(numbers(9)).toEqual([0, 1, 2, 3]));
  test('count data records in IPFIX', () => {
    const { headers, packets } = exportLines(10, FORMAT, many(100));
    let sum = 0;
    for (const [i, { records }] of packets.entries()) {
      expect(headers[i]?.sequence).toBe(sum);
      sum += records.length;
    }
  });
  test('continue from a given number, and wrap at 32 bits', () => {
    expect(numbers(5, 0xffff_fff0)).toEqual([0xffff_fff0, 14, 44, 74]);
  });
});

describe('pending packets', () => {
  test.each([
    [5, 31],
    [9, 2],
    [10, 31],
  ] as const)('in version %d count in its own units once they are closed', (version, units) => {
    const exporter = newExporter({ version, domain: 1 });
    const parser = new FlowLogParser({
      format: FORMAT.split(' '),
      onFlow: (flow) => exporter.add(flow),
    });
    parser.write(Buffer.from(`${many(31).join('\n')}\n`));
    parser.end();
    const before = exporter.pendingUnits;
    expect(exporter.pendingPackets).toBe(1);
    expect(before).toBeLessThan(units);
    exporter.close();
    exporter.close();
    expect([exporter.pendingPackets, exporter.pendingUnits]).toEqual([2, units]);
    expect(exporter.take()).toHaveLength(2);
    expect([exporter.pendingPackets, exporter.pendingUnits]).toEqual([0, 0]);
    expect(exporter.sequence).toBe(units);
  });

  test('get the domain and the number that are current when they are taken', () => {
    const exporter = newExporter({ version: 10, domain: 1 });
    const parser = new FlowLogParser({
      format: FORMAT.split(' '),
      onFlow: (flow) => exporter.add(flow),
    });
    parser.write(Buffer.from(`${line()}\n${line()}\n`));
    exporter.domain = 0x8765_4321;
    exporter.sequence = 0xffff_ffff;
    const [packet] = exporter.finish();
    expect(packet?.view.getUint32(8)).toBe(0xffff_ffff);
    expect(packet?.view.getUint32(12)).toBe(0x8765_4321);
    expect(exporter.sequence).toBe(1);
    exporter.sequence = 0x7fff_ffff;
    parser.write(Buffer.from(`${line()}\n`));
    exporter.finish();
    expect(exporter.sequence).toBe(0x8000_0000);
  });
});
