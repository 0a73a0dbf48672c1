import { describe, expect, test } from '@jest/globals';
import { exportLines, NOW_SECONDS } from '../../tests/support/export-lines.ts';
import {
  EXPORTABLE_FORMAT as FORMAT,
  exportableLine as line,
  START,
} from '../../tests/support/exportable-line.ts';
import { FlowLogParser } from '../flowlog/parser.ts';
import { Exporter, type Version } from './exporter.ts';

const VERSIONS: readonly Version[] = [5, 9, 10];
const many = (count: number) => Array.from({ length: count }, (_, i) => line({ srcport: i }));

describe.each(VERSIONS)('version %d', (version) => {
  const exported = (lines: string[], options = {}) => exportLines(version, FORMAT, lines, options);
  const seconds = (flows: ReturnType<typeof exported>['flows']) =>
    flows.map(({ values, startMs, endMs }) => [
      (startMs ?? Number(values['flowStartMilliseconds'])) / 1000,
      (endMs ?? Number(values['flowEndMilliseconds'])) / 1000,
    ]);

  test('tells times to the second, however old they are', () => {
    const ages = [0, 60, 3600, 86_400, 60 * 86_400, 1000 * 86_400];
    const times = ages.map((age) => [NOW_SECONDS - age - 61, NOW_SECONDS - age]);
    const { flows } = exported(times.map(([start = 0, end = 0]) => line({ start, end })));
    expect(seconds(flows)).toEqual(times);
  });

  test('tells times to the second in a file that spans a hundred days, forth and back', () => {
    const days = [0, 10, 100, 3, 99, 50, 50, 0, 24, 25, 1];
    const times = days.map((day) => [START - day * 86_400, START - day * 86_400 + 30]);
    const { flows } = exported(times.map(([start = 0, end = 0]) => line({ start, end })));
    expect(seconds(flows)).toEqual(times);
  });

  test('tells the first times there are', () => {
    const { flows } = exported([line({ start: 0, end: 60 }), line({ start: 1000, end: 1060 })]);
    expect(seconds(flows)).toEqual([
      [0, 60],
      [1000, 1060],
    ]);
  });

  test('tells one time for both when the other is missing, and the present when both are', () => {
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

  test('counts what it cannot carry', () => {
    const { flows, exporter } = exported([
      line({ srcaddr: '2001:db8::1', dstaddr: '2001:db8::2' }),
      line({ srcaddr: '2001:db8::1', dstaddr: '10.0.0.1' }),
      line(),
    ]);
    expect(exporter.notExportable).toBe(version === 5 ? 2 : 1);
    expect(flows).toHaveLength(version === 5 ? 1 : 2);
  });

  test('sums up exactly what it exported', () => {
    const { exporter } = exported([
      line({ bytes: 2n ** 40n + 1n, packets: 3 }),
      line({ bytes: 2n ** 33n, packets: 2n ** 34n }),
    ]);
    expect(exporter.bytes.toBigInt()).toBe(2n ** 40n + 2n ** 33n + 1n);
    expect(exporter.packets.toString()).toBe(String(2n ** 34n + 3n));
  });

  test('fills packets up to the limit and no further', () => {
    const { sizes } = exported(many(1000));
    const limit = version === 5 ? 1464 : 1400;
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
    expect(sizes.slice(1, -1).every((size) => size > limit - 70)).toBe(true);
  });

  test('keeps the packets it gave until the next flow, and the one it is writing', () => {
    const exporter = new Exporter({ version, domain: 1 });
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

  test('count flows in v5', () => expect(numbers(5)).toEqual([0, 30, 60, 90]));
  test('count packets in v9', () => expect(numbers(9)).toEqual([0, 1, 2, 3]));
  test('count data records in IPFIX', () => {
    const { headers, packets } = exportLines(10, FORMAT, many(100));
    let sum = 0;
    for (const [i, { records }] of packets.entries()) {
      expect(headers[i]?.sequence).toBe(sum);
      sum += records.length;
    }
  });
  test('go on from where they are told, and wrap at 32 bits', () => {
    expect(numbers(5, 0xffff_fff0)).toEqual([0xffff_fff0, 14, 44, 74]);
  });
});

describe('templates', () => {
  const announced = (version: Version, options: object) =>
    exportLines(version, FORMAT, many(600), options).packets.map(
      ({ templates }) => templates.length,
    );

  test.each([9, 10] as const)(
    'of version %d come first and again after so many packets',
    (version) => {
      const counts = announced(version, { templateEveryPackets: 10 });
      expect(counts.length).toBeGreaterThan(20);
      expect(counts.map((count) => count > 0)).toEqual(counts.map((_, i) => i % 10 === 0));
    },
  );

  test.each([9, 10] as const)('of version %d come again after 20 packets by default', (version) => {
    const counts = exportLines(version, FORMAT, many(1300), {}).packets.map(
      ({ templates }) => templates.length,
    );
    expect(counts.length).toBeGreaterThan(41);
    expect(counts.map((count) => count > 0)).toEqual(counts.map((_, i) => i % 20 === 0));
  });

  /** In which of the seconds a packet is made begins one with templates. */
  function announcedAt(version: Version, seconds: readonly number[], options: object): number[] {
    let now = 0;
    const exporter = new Exporter({
      version,
      domain: 1,
      now: () => (NOW_SECONDS + now) * 1000,
      ...options,
    });
    const parser = new FlowLogParser({
      format: FORMAT.split(' '),
      onFlow: (flow) => exporter.add(flow),
    });
    return seconds.filter((second) => {
      now = second;
      parser.write(Buffer.from(`${line()}\n`.repeat(2)));
      return exporter.finish().some((packet) => packet.templates > 0);
    });
  }
  const SECONDS = Array.from({ length: 100 }, (_, second) => second);

  test.each([9, 10] as const)('of version %d come again after so many seconds', (version) => {
    const options = { templateEverySeconds: 10, templateEveryPackets: 1000 };
    expect(announcedAt(version, SECONDS, options)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  });

  test.each([9, 10] as const)('of version %d come again after 30 seconds by default', (version) => {
    const options = { templateEveryPackets: 1000 };
    expect(announcedAt(version, SECONDS, options)).toEqual([0, 30, 60, 90]);
    expect(announcedAt(version, [0, 29.999, 30, 59.999, 60], {})).toEqual([0, 30, 60]);
  });

  test.each([9, 10] as const)(
    'of version %d count packets and seconds from when they went out last',
    (version) => {
      const options = { templateEveryPackets: 4, templateEverySeconds: 5 };
      // Four packets in three seconds; then five seconds with two packets; then four packets.
      const seconds = [0, 1, 2, 2.5, 3, 6, 8, 8.1, 8.2, 8.3, 8.4];
      expect(announcedAt(version, seconds, options)).toEqual([0, 3, 8, 8.4]);
    },
  );

  test.each([9, 10] as const)('of version %d come again when asked for', (version) => {
    const exporter = new Exporter({ version, domain: 1 });
    const parser = new FlowLogParser({
      format: FORMAT.split(' '),
      onFlow: (flow) => exporter.add(flow),
    });
    const templates = () => {
      parser.write(Buffer.from(`${line()}\n${line()}\n`));
      return exporter.finish().map((packet) => packet.templates > 0);
    };
    expect([templates(), templates()]).toEqual([[true], [false]]);
    exporter.repeatTemplates();
    expect(templates()).toEqual([true]);
  });

  test('of IPv4, IPv6 and translated IPv4 have ids that do not change', () => {
    const { packets } = exportLines(10, FORMAT, [line()]);
    expect(packets[0]?.templates.map(({ id }) => id)).toEqual([256, 257, 258]);
  });
});

describe('what is pending', () => {
  test.each([
    [5, 31],
    [9, 2],
    [10, 31],
  ] as const)('version %d: is told in its own units once packets are closed', (version, units) => {
    const exporter = new Exporter({ version, domain: 1 });
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

  test('has the domain and the number that hold when it is taken', () => {
    const exporter = new Exporter({ version: 10, domain: 1 });
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
  });
});
