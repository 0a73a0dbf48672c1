import { describe, expect, test } from '@jest/globals';
import { NOW_SECONDS } from '../../tests/support/export-lines.ts';
import { EXPORTABLE_FORMAT, exportableLine } from '../../tests/support/exportable-line.ts';
import { type NewExporterOptions, newExporter } from '../../tests/support/new-exporter.ts';
import type { Packet } from '../collector/decode/packet.ts';
import { Decoder } from '../collector/decode.ts';
import { FlowLogParser } from '../flowlog/parser.ts';
import { optionsDataOf } from './options.ts';

const IPV4 = Uint8Array.of(192, 0, 2, 1);
const IPV6 = Uint8Array.of(0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), 1);

/** An exporter with options data, a function that adds flows, and the decoded packets. */
function session(version: 9 | 10, more: Partial<NewExporterOptions> = {}) {
  const exporter = newExporter({
    version,
    domain: 0x0102,
    now: () => NOW_SECONDS * 1000,
    options: optionsDataOf(() => IPV4),
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
  /** What the packets before the first one with flows have after their headers. */
  function optionsOf(version: 9 | 10, exporterAddress?: Uint8Array, ...names: string[]): string[] {
    const { exporter, addFlows } = session(version, {
      options: optionsDataOf(() => exporterAddress),
    });
    for (const name of names) exporter.nameInterface(7, name);
    addFlows(1);
    const packets = exporter.finish().slice(0, -1);
    return packets.map(({ bytes }) =>
      Buffer.from(bytes.subarray(version === 9 ? 20 : 16)).toString('hex'),
    );
  }
  const name = Buffer.from('eni-1').toString('hex').padEnd(64, '0');

  test('of v9: RFC 3954 section 6.1 counts scopes and options in octets, and sets are padded', () => {
    expect(optionsOf(9, IPV4, 'eni-1')).toEqual([
      '00010018' + '010300040008' + '00010004' + '0022000400820004' + '0000',
      '01030010' + '00000102' + '00000001' + 'c0000201',
      '00010018' + '010500040008' + '00020004' + '0052002000530020' + '0000',
      `0105004800000007${name}${name}`,
    ]);
  });

  test('of IPFIX: RFC 7011 section 3.4.2.2 counts fields', () => {
    expect(optionsOf(10, IPV4, 'eni-1')).toEqual([
      '00030016' + '010300030001' + '00950004' + '0022000400820004',
      '01030010' + '00000102' + '00000001' + 'c0000201',
      '00030016' + '010600030001' + '000a0004' + '0052002000530020',
      `0106004800000007${name}${name}`,
    ]);
  });

  test.each([
    [9, '00010018' + '010400040008' + '00010004' + '0022000400830010' + '0000'],
    [10, '00030016' + '010400030001' + '00950004' + '0022000400830010'],
  ] as const)('of version %d with an IPv6 address has its own template', (version, template) => {
    const record = `0104001c0000010200000001${Buffer.from(IPV6).toString('hex')}`;
    expect(optionsOf(version, IPV6)).toEqual([template, record]);
  });

  test.each([
    [9, '00010014' + '010700040004' + '00010004' + '00220004' + '0000'],
    [10, '00030012' + '010700020001' + '00950004' + '00220004'],
  ] as const)(
    'of version %d without an address is the sampling interval alone',
    (version, template) => {
      expect(optionsOf(version)).toEqual([template, '0107000c0000010200000001']);
    },
  );
});

test.each([9, 10] as const)(
  'version %d: the address is the one that is known when a packet begins',
  (version) => {
    let address: Uint8Array | undefined;
    const options = optionsDataOf(() => address);
    const { addFlows, sent } = session(version, { options, templateEveryPackets: 1 });
    const told = [undefined, IPV4].flatMap((known) => {
      address = known;
      addFlows(1);
      return sent().flatMap(({ records }) => records.filter((record) => record.options));
    });
    expect(told.map(({ values }) => values['exporterIPv4Address'])).toEqual([
      undefined,
      '192.0.2.1',
    ]);
  },
);

describe.each([9, 10] as const)('names of interfaces in version %d', (version) => {
  test('are sent before the first packet after they are known, and again before the templates', () => {
    const { exporter, addFlows, sent } = session(version, { templateEveryPackets: 4 });
    const packets: Packet[] = [];
    for (const name of ['a', 'b', 'a', 'c', undefined]) {
      if (name !== undefined) exporter.nameInterface(name.charCodeAt(0), name);
      addFlows(1);
      packets.push(...sent());
    }
    // T: templates, o: options data, f: flows.
    const kinds = packets.map(({ templates, records }) => {
      const [record] = records;
      return (templates.length > 0 ? 'T' : '') + (record ? (record.options ? 'o' : 'f') : '');
    });
    expect(kinds.join(' ')).toBe('T o T o Tf T o f f T o f T o T o Tf');
    expect(packets.flatMap(namesIn)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
    // Options data counts in IPFIX sequence numbers and in v9 headers.
    const counted = packets.map(({ header }) => (version === 9 ? header : header?.sequence));
    expect(counted).toEqual(
      version === 9
        ? packets.map(({ seenRecords }) => expect.objectContaining({ count: seenRecords }))
        : [0, 0, 1, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 8, 9, 9, 12],
    );
  });

  test('have their interface as scope, and are both name and description', () => {
    const { exporter, addFlows, sent } = session(version);
    exporter.nameInterface(0x7fff_fffe, 'eni-0a1b2c3d4e5f60718');
    addFlows(1);
    const [record] = sent().flatMap(({ records }) =>
      records.filter(({ values }) => values['interfaceName']),
    );
    expect(record).toMatchObject({ template: version === 9 ? 261 : 262, options: true });
    expect(Object.values(record?.values ?? {})).toEqual([
      0x7fff_fffe,
      'eni-0a1b2c3d4e5f60718',
      'eni-0a1b2c3d4e5f60718',
    ]);
  });

  test('that are too long for their field are cut', () => {
    const { exporter, addFlows, sent } = session(version);
    for (const length of [31, 32, 33, 300]) exporter.nameInterface(length, 'n'.repeat(length));
    addFlows(1);
    const cut = [31, 32, 32, 32].map((length) => 'n'.repeat(length));
    expect(sent().flatMap(namesIn)).toEqual(cut);
  });

  test('that do not all fit between two template packets are all sent eventually', () => {
    const { exporter, addFlows, sent } = session(version, { templateEveryPackets: 2 });
    const names = Array.from({ length: 100 }, (_, index) => `${index}`.padEnd(32, 'n'));
    for (const [index, name] of names.entries()) exporter.nameInterface(index, name);
    addFlows(300);
    expect(new Set(sent().flatMap(namesIn))).toEqual(new Set(names));
  });

  test('of many interfaces fill packets, of which there is one before each packet of flows', () => {
    const { exporter, addFlows, sent } = session(version, { templateEveryPackets: 1000 });
    const names = Array.from({ length: 130 }, (_, index) => `${index}`.padEnd(32, 'n'));
    for (const [index, name] of names.entries()) exporter.nameInterface(index, name);
    addFlows(300);
    const packets = sent();
    expect(packets.flatMap(namesIn)).toEqual(names);
    const counts = packets.map((packet) => namesIn(packet).length);
    expect(counts.filter((count) => count > 0)).toEqual([20, 20, 20, 20, 20, 20, 10]);
    const hasFlows = packets.map(({ records }) => records.some(({ options }) => !options));
    expect(hasFlows.slice(0, 11).map(Number)).toEqual([0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
  });
});

describe.each([9, 10] as const)('a packet of version %d with options data', (version) => {
  test('has no flows, and a packet with flows has no options data', () => {
    const { exporter, addFlows, sent } = session(version, { templateEveryPackets: 3 });
    const packets: Packet[] = [];
    for (let each = 0; each < 40; each++) {
      exporter.nameInterface(each, `eni-${each}`);
      addFlows(each * 3);
      packets.push(...sent());
    }
    const has = packets.map(({ records }) => ({
      options: records.some(({ options }) => options),
      flows: records.some(({ options }) => !options),
    }));
    expect(has.filter(({ options, flows }) => options && flows)).toEqual([]);
    expect(has.filter(({ options }) => options).length).toBeGreaterThan(40);
  });

  test('has one set: an options template, or records of one', () => {
    const { exporter, addFlows, sent } = session(version);
    exporter.nameInterface(1, 'eni-1');
    exporter.nameInterface(2, 'eni-2');
    addFlows(1);
    const templates = version === 9 ? 1 : 3;
    const names = version === 9 ? 261 : 262;
    const sets = sent().map((packet) => packet.sets.map(({ id }) => id));
    expect(sets.slice(0, -1)).toEqual([[templates], [259], [templates], [names]]);
  });

  test('has the header time of the flows that follow, however old they are', () => {
    const { exporter, addFlows, sent } = session(version, {
      now: () => (NOW_SECONDS + 1e8) * 1000,
    });
    exporter.nameInterface(1, 'eni-1');
    addFlows(1);
    const times = sent()
      .slice(-2)
      .map(({ header }) => {
        if (header?.version === 9) return [header.unixSecs, header.sysUptime];
        return header?.version === 10 ? header.exportTime : undefined;
      });
    expect(times[0]).toEqual(times[1]);
    expect(times[0]).toBeDefined();
  });
});
