import { describe, expect, test } from '@jest/globals';
import {
  ALL_KINDS,
  exportInto,
  FLOW,
  type Given,
  IPV6,
  type Send,
  sourceOf,
} from '../../tests/support/export-into.ts';
import { read } from '../../tests/support/loopback-collector.ts';
import { newExporter } from '../../tests/support/new-exporter.ts';
import { textSource } from '../flowlog/text-source.ts';
import { identityInMemory } from '../netflow/exporter-identity.ts';
import { ExportRun, findCollectors } from './export-run.ts';

describe('numbers are reserved and packets sent', () => {
  const lines = (count: number) => `${FLOW}\n`.repeat(count);
  /** Three pieces, each of which fills three v5 packets, and ten more flows. */
  async function* threePieces() {
    for (let piece = 0; piece < 3; piece++) yield Buffer.from(lines(100));
  }

  test.each([
    [1, [3, 3, 3, 1]],
    [4, [6, 4]],
    [Number.POSITIVE_INFINITY, [10]],
  ])('when at least %i are finished, and at the end', async (batchPackets, batches) => {
    const sent: Uint8Array[] = [];
    const sizes: number[] = [];
    const reserved: unknown[] = [];
    const { reserve } = identityInMemory(7);
    const run = exportInto(sent, {
      version: 5,
      batchPackets,
      reserve: (units) => {
        reserved.push(units[5]);
        return reserve(units);
      },
      send: async (packets) => {
        sizes.push(packets.length);
        for (const { bytes } of packets) sent.push(Uint8Array.from(bytes));
        return { taken: packets.map(() => 1), isLate: false };
      },
    });
    await run.read('a.log', textSource(threePieces()));
    expect(sizes).toEqual(batches);
    expect(reserved).toEqual(batches.map((packets) => packets * 30));
    expect(read(sent)).toMatchObject({ troubles: [], flows: { length: 300 } });
  });

  test('for one run after the other, each with its own summary', async () => {
    const exporter = newExporter({ version: 5, domain: 1 });
    const { reserve } = identityInMemory(1);
    const sent: Uint8Array[] = [];
    const send: Send = async (packets) => {
      for (const { bytes } of packets) sent.push(Uint8Array.from(bytes));
      return { taken: packets.map(() => 2), isLate: false };
    };
    for (const flows of [40, 50]) {
      const run = new ExportRun(exporter, { reserve, transport: { send } }, { legs: 'all' });
      await run.read('a.log', sourceOf(`${lines(flows)}${IPV6}`));
      expect(run.summary).toMatchObject({
        flows: flows + 1,
        notExportable: 1,
        encoded: {
          records: flows,
          datagrams: 2,
          bytes: String(flows * 840),
          packets: String(flows * 10),
        },
        exported: { records: 2 * flows, datagrams: 4, bytes: 2 * flows * 840 },
        newestEnd: 1_700_000_058,
      });
    }
    expect(read(sent)).toMatchObject({ troubles: [], flows: { length: 90 } });
  });

  test('not at all where lines are only counted', async () => {
    const reserve = () => Promise.reject(new Error('not to be asked'));
    const run = exportInto([], { countsOnly: true, reserve });
    await run.read('a.log', sourceOf(ALL_KINDS.join('\n')));
    expect(run.summary).toMatchObject({
      lines: 7,
      flows: 3,
      encoded: { records: 0, datagrams: 0 },
    });
  });
});

test('packets that sockets took count as exported, and the reason for a fallback identity is in the summary', async () => {
  const run = exportInto([], {
    version: 5,
    reserve: async () => ({ domain: 1, sequence: { 5: 0, 9: 0, 10: 0 }, fallback: 'no slot' }),
    // The first two packets are full at the end of the input; the third is sent after them.
    send: async (packets) => ({ taken: packets.length === 2 ? [1, 0] : [2], isLate: false }),
  });
  await run.read('a.log', sourceOf(`${FLOW}\n`.repeat(70)));
  expect(run.summary).toMatchObject({
    encoded: { records: 70, datagrams: 3 },
    exported: { records: 30 + 2 * 10, datagrams: 3, bytes: 50 * 840 },
    fallback: 'no slot',
  });
  expect(run.isStopped).toBe(false);
});

test('a late transport stops the run, and the packets that it sent count', async () => {
  const run = exportInto([], {
    version: 5,
    send: async () => ({ taken: [1], isLate: true }),
  });
  const text = `${FLOW}\n`.repeat(70);
  await run.read('a.log', sourceOf(text + text, text.length));
  expect(run.isStopped).toBe(true);
  expect(run.summary).toMatchObject({ flows: 70, exported: { datagrams: 2, records: 40 } });
});

test.each<[string, Given]>([
  ['the reservation of numbers', { reserve: () => new Promise(() => {}) }],
  ['sending', { send: () => new Promise(() => {}) }],
])('%s that hangs fails at the deadline, and the lines count', async (port, hanging) => {
  const began = performance.now();
  const run = exportInto([], { ...hanging, deadline: began + 200 });
  await expect(run.read('a.log', sourceOf(FLOW))).rejects.toThrow(`${port} did not end in time`);
  expect(performance.now() - began).toBeGreaterThan(190);
  expect(run.summary).toMatchObject({
    lines: 1,
    encoded: { records: 1 },
    exported: { records: 0 },
  });
});

describe('before an export', () => {
  test('names of collectors are awaited for half of the time until the deadline', async () => {
    const began = performance.now();
    let patience = 0;
    const refresh = (patienceMs = 0) => {
      patience = patienceMs;
      return new Promise<void>(() => {});
    };
    await findCollectors({ refresh }, began + 400);
    expect(patience).toBeCloseTo(200, -1);
    expect(performance.now() - began).toBeGreaterThan(190);
  });
});
