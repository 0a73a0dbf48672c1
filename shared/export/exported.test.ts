import { expect, test } from '@jest/globals';
import { newExporter } from '../../tests/support/new-exporter.ts';
import { FlowLogParser } from '../flowlog/parser.ts';
import { Packet } from '../netflow/packet.ts';
import type { Version } from '../netflow/protocol.ts';
import { addExported, NOTHING_EXPORTED } from './exported.ts';

function packet(records: number, flowBytes: number): Packet {
  return Object.assign(new Packet(0), { records, flowBytes });
}
const PACKETS = [packet(30, 7000), packet(20, 500), packet(1, 90)];

test('a packet counts once for each socket that took it', () => {
  expect(addExported(NOTHING_EXPORTED, PACKETS, [2, 0, 1])).toEqual({
    datagrams: 3,
    records: 61,
    bytes: 14_090,
  });
  expect(addExported(NOTHING_EXPORTED, PACKETS, [1])).toEqual({
    datagrams: 1,
    records: 30,
    bytes: 7000,
  });
  expect(addExported(NOTHING_EXPORTED, PACKETS, [])).toEqual(NOTHING_EXPORTED);
});

test('packets are added to the earlier sums', () => {
  const before = { datagrams: 1000, records: 2000, bytes: 3000 };
  expect(addExported(before, PACKETS, [0, 1])).toEqual({
    datagrams: 1001,
    records: 2020,
    bytes: 3500,
  });
});

test.each<Version>([5, 9, 10])(
  'in version %i each packet has the byte sum of its flows, also when it is reused',
  (version) => {
    const exporter = newExporter({ version, domain: 1 });
    const parser = new FlowLogParser({ onFlow: (flow) => exporter.add(flow) });
    for (let round = 0; round < 3; round++) {
      const bytes = [2 ** 40 - 1, 0, 2 ** 32 - 1, ...Array.from({ length: 100 }, (_, i) => i)];
      const lines = bytes.map(
        (count) =>
          `2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 10 ${count} 1700000000 1700000058 ACCEPT OK\n`,
      );
      parser.write(Buffer.from(lines.join('')));
      const packets = exporter.finish();
      const first = packets.find(({ flowBytes }) => flowBytes > 0);
      expect(first?.flowBytes).toBeGreaterThanOrEqual(2 ** 40 - 1);
      const last = packets.at(-1);
      expect(last?.flowBytes).toBe(
        Array.from({ length: last?.records ?? 0 }, (_, i) => 99 - i).reduce((a, b) => a + b, 0),
      );
      expect(packets.reduce((sum, { flowBytes }) => sum + flowBytes, 0)).toBe(
        bytes.reduce((a, b) => a + b, 0),
      );
    }
  },
);
