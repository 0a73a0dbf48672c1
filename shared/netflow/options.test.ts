import { describe, expect, test } from '@jest/globals';
import { NOW_SECONDS } from '../../tests/support/export-lines.ts';
import { EXPORTABLE_FORMAT, exportableLine } from '../../tests/support/exportable-line.ts';
import type { Packet } from '../collector/decode/packet.ts';
import { Decoder } from '../collector/decode.ts';
import { FlowLogParser } from '../flowlog/parser.ts';
import { Exporter, type ExporterOptions } from './exporter.ts';
import { optionsDataOf } from './options.ts';

const IPV4 = Uint8Array.of(192, 0, 2, 1);
const IPV6 = Uint8Array.of(0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), 1);

/** An exporter with options data, a function that adds flows, and the decoded packets. */
function session(version: 9 | 10, more: Partial<ExporterOptions> = {}) {
  const exporter = new Exporter({
    version,
    domain: 0x0102,
    now: () => NOW_SECONDS * 1000,
    options: optionsDataOf(IPV4),
    templateFirstPackets: 1,
    ...more,
  });
  const parser = new FlowLogParser({
    format: EXPORTABLE_FORMAT.split(' '),
    onFlow: (flow) => exporter.add(flow),
  });
  const decoder = new Decoder();
  return {
    exporter,
    addFlows: (count: number) => {
      parser.write(Buffer.from(`${exportableLine({ 'interface-id': '-' })}\n`.repeat(count)));
    },
    sent: () => exporter.finish().map(({ bytes }) => decoder.decode(bytes, 'test')),
  };
}

/** The names of interfaces in a packet, in order. v9 pads them with zeros. */
function namesIn({ records }: Packet): unknown[] {
  return records.flatMap(({ values }) => values['interfaceName'] ?? []);
}

describe('options data, octet by octet', () => {
  /** The sets between the flow templates and the flow. */
  function optionsOf(version: 9 | 10, exporterAddress?: Uint8Array): string {
    const { exporter, addFlows } = session(version, { options: optionsDataOf(exporterAddress) });
    exporter.nameInterface(7, 'eni-1');
    addFlows(1);
    const [packet] = exporter.finish();
    const hex = Buffer.from(packet?.bytes ?? []).toString('hex');
    const start = version === 9 ? (20 + 0xc0) * 2 : (16 + 0xc0) * 2;
    return hex.slice(start, hex.lastIndexOf(version === 9 ? '01000034' : '0100003c'));
  }
  const name = (octets: number) =>
    Buffer.from('eni-1')
      .toString('hex')
      .padEnd(octets * 2, '0');

  test('of v9: RFC 3954 section 6.1 counts scopes and options in octets', () => {
    expect(optionsOf(9, IPV4)).toBe(
      '00010028' +
        '010300040008' +
        '00010004' +
        '0022000400820004' +
        '010500040008' +
        '00020004' +
        '0052002000530020' +
        '01030010' +
        '00000102' +
        '00000001' +
        'c0000201' +
        '01050048' +
        '00000007' +
        name(32) +
        name(32),
    );
  });

  test('of IPFIX: RFC 7011 section 3.4.2.2 counts fields', () => {
    expect(optionsOf(10, IPV4)).toBe(
      '00030028' +
        '010300030001' +
        '00950004' +
        '0022000400820004' +
        '010500030001' +
        '000a0004' +
        '0052ffff0053ffff' +
        '01030010' +
        '00000102' +
        '00000001' +
        'c0000201' +
        '01050014' +
        '00000007' +
        `05${name(5)}` +
        `05${name(5)}`,
    );
  });

  test.each([
    [9, '00010004', '0022000400830010'],
    [10, '00950004', '0022000400830010'],
  ] as const)(
    'of version %d with an IPv6 address has its own template',
    (version, scope, fields) => {
      const hex = optionsOf(version, IPV6);
      expect(hex.slice(8 + 12, 8 + 36)).toBe(scope + fields);
      expect(hex.slice(8, 12)).toBe('0104');
      expect(hex.slice(80, 80 + 56)).toBe(
        `0104001c0000010200000001${Buffer.from(IPV6).toString('hex')}`,
      );
    },
  );

  test.each([9, 10] as const)('of version %d without an address names 0.0.0.0', (version) => {
    expect(optionsOf(version)).toBe(optionsOf(version, new Uint8Array(4)));
  });
});

describe.each([9, 10] as const)('names of interfaces in version %d', (version) => {
  test('are sent once with the first packet after they are known, and again with the templates', () => {
    const { exporter, addFlows, sent } = session(version, { templateEveryPackets: 4 });
    const packets: Packet[] = [];
    for (const name of ['a', 'b', 'a', 'c', undefined]) {
      if (name !== undefined) exporter.nameInterface(name.charCodeAt(0), name);
      addFlows(1);
      packets.push(...sent());
    }
    expect(packets.map(namesIn)).toEqual([['a'], ['b'], [], ['c'], ['a', 'b', 'c']]);
    expect(packets.map(({ templates }) => templates.length)).toEqual([5, 0, 0, 0, 5]);
    // Options data counts in IPFIX sequence numbers and in v9 headers.
    const counted = packets.map(({ header }) => (version === 9 ? header : header?.sequence));
    expect(counted).toEqual(
      version === 9
        ? packets.map(({ seenRecords }) => expect.objectContaining({ count: seenRecords }))
        : [0, 3, 5, 6, 8],
    );
  });

  test('have their interface as scope, and are both name and description', () => {
    const { exporter, addFlows, sent } = session(version);
    exporter.nameInterface(0x7fff_fffe, 'eni-0a1b2c3d4e5f60718');
    addFlows(1);
    const [record] = sent()[0]?.records.filter(({ values }) => values['interfaceName']) ?? [];
    expect(record).toMatchObject({ template: 261, options: true });
    expect(Object.values(record?.values ?? {})).toEqual([
      0x7fff_fffe,
      'eni-0a1b2c3d4e5f60718',
      'eni-0a1b2c3d4e5f60718',
    ]);
  });

  test('that are too long for their field are cut', () => {
    const { exporter, addFlows, sent } = session(version);
    const most = version === 9 ? 32 : 254;
    for (const length of [most - 1, most, most + 1, 300]) {
      exporter.nameInterface(length, 'n'.repeat(length));
    }
    addFlows(40);
    expect(sent().flatMap(namesIn)).toEqual(
      [most - 1, most, most, most].map((length) => 'n'.repeat(length)),
    );
  });

  test('that do not all fit between two template packets are all sent eventually', () => {
    const { exporter, addFlows, sent } = session(version, { templateEveryPackets: 2 });
    const names = Array.from({ length: 60 }, (_, index) => `${index}`.padEnd(32, 'n'));
    for (const [index, name] of names.entries()) exporter.nameInterface(index, name);
    addFlows(300);
    expect(new Set(sent().flatMap(namesIn))).toEqual(new Set(names));
  });

  // With 3, 6 and 15 octets in IPFIX, and always in v9, names end exactly at octet 700.
  test.each([3, 6, 15, 40, 106])(
    'of %d octets leave a packet from octet 700 on for flows, and none is lost',
    (octets) => {
      const { exporter, addFlows, sent } = session(version, { templateEveryPackets: 1000 });
      const names = Array.from({ length: 130 }, (_, index) => `${index}`.padEnd(octets, 'n'));
      for (const [index, name] of names.entries()) exporter.nameInterface(index, name);
      addFlows(300);
      const packets = sent();
      expect(packets.flatMap(namesIn).map(String)).toEqual(
        names.map((name) => name.slice(0, version === 9 ? 32 : 254)),
      );
      const withNames = packets.filter((packet) => namesIn(packet).length > 0);
      for (const packet of withNames) {
        const { record, to } = namesAt(packet);
        expect(to - record).toBeLessThan(700);
        if (packet !== withNames.at(-1)) expect(to).toBeGreaterThanOrEqual(700);
      }
    },
  );
});

/** The length of a record of a name, and the offset of the end of these records in the packet. */
function namesAt(packet: Packet) {
  const set = packet.sets.findIndex(({ id }) => id === 261);
  const before = packet.sets.slice(0, set).reduce((sum, { length }) => sum + length, 0);
  const from = (packet.header?.version === 9 ? 20 : 16) + before;
  const octets = (packet.sets[set]?.length ?? 0) - 4;
  return { record: octets / namesIn(packet).length, to: from + octets };
}
