import { expect, test } from '@jest/globals';
import {
  ALL_KINDS,
  exportInto,
  FLOW,
  piecesOf,
  sourceOf,
} from '../../tests/support/export-into.ts';
import { read } from '../../tests/support/loopback-collector.ts';
import { DEFAULT_FORMAT } from '../flowlog/format.ts';
import { synthesize } from '../flowlog/synth.ts';
import { textSource } from '../flowlog/text-source.ts';
import { printedSummary } from './summary.ts';

test('the summary counts every line by its outcome', async () => {
  const run = exportInto([], { version: 5 });
  await run.read('a.log', sourceOf(ALL_KINDS.join('\n')));
  expect(printedSummary(run.summary)).toEqual({
    lines: 7,
    flows: 3,
    nodata: 1,
    skipdata: 1,
    nonflow: 1,
    malformed: 1,
    otherLeg: 0,
    notExportable: 1,
    records: 2,
    datagrams: 1,
    bytes: '1680',
    packets: '20',
    seconds: expect.any(Number),
  });
});

test('sums are exact beyond 2^53', async () => {
  const line = FLOW.replace(' 840 ', ' 9223372036854775807 ');
  const run = exportInto([]);
  await run.read('a.log', sourceOf([line, line, FLOW].join('\n')));
  expect(run.summary.encoded.bytes).toBe('18446744073709552454');
});

test.each([
  ['all', 4, 0],
  ['private', 2, 2],
  ['public', 2, 2],
] as const)(
  'of an exchange in four lines the legs %s are %i flows, and %i are left out',
  async (legs, records, otherLeg) => {
    const sent: Uint8Array[] = [];
    const run = exportInto(sent, { legs });
    await run.read('a.log', sourceOf([...synthesize({ flows: 4, seed: 1 })].join('')));
    expect(run.summary).toMatchObject({ flows: 4, encoded: { records }, otherLeg });
    const ends = read(sent).flows.flatMap((flow) => [flow.src_addr, flow.dst_addr]);
    const clients = ends.filter((address) => address.startsWith('10.20.'));
    const gateways = ends.filter((address) => address === '10.0.0.220');
    expect(clients).toHaveLength(legs === 'public' ? 0 : 2);
    expect(gateways).toHaveLength(legs === 'private' ? 0 : 2);
  },
);

test('several files are one stream to the collector', async () => {
  const sent: Uint8Array[] = [];
  const run = exportInto(sent);
  await run.read('a.log', sourceOf(FLOW));
  await run.read('b.log', sourceOf(FLOW));
  const { flows, troubles } = read(sent);
  expect(flows).toHaveLength(2);
  expect(troubles).toEqual([]);
  expect(run.summary).toMatchObject({ lines: 2, encoded: { records: 2, datagrams: 2 } });
});

test('a header belongs to its own file', async () => {
  const run = exportInto([]);
  await run.read('a.log', sourceOf('dstaddr srcaddr\n10.0.0.1 10.0.0.2'));
  await run.read('b.log', sourceOf(FLOW));
  expect(run.summary).toMatchObject({ flows: 2, malformed: 0 });
});

test('the given format applies to lines before any header', async () => {
  const format = [...DEFAULT_FORMAT].reverse();
  const run = exportInto([], { format });
  await run.read('a.log', sourceOf(FLOW.split(' ').reverse().join(' ')));
  expect(run.summary).toMatchObject({ flows: 1, encoded: { bytes: '840' } });
});

test('malformed lines are reported with file and line number', async () => {
  const told: string[] = [];
  const run = exportInto([], {
    onMalformed: (name, { number, text }) => told.push(`${name} ${number} ${text}`),
  });
  await run.read('a.log', sourceOf(`${FLOW}\n\nx y\n${FLOW}\nz`, 10));
  expect(told).toEqual(['a.log 3 x y', 'a.log 5 z']);
});

test('when reading breaks off, the flows read before are sent and counted', async () => {
  async function* breaking() {
    yield* piecesOf(`${FLOW}\n${FLOW}\n`);
    throw new Error('the disk is gone');
  }
  const sent: Uint8Array[] = [];
  const run = exportInto(sent);
  await expect(run.read('a.log', textSource(breaking()))).rejects.toThrow('the disk is gone');
  expect(run.summary).toMatchObject({ lines: 2, flows: 2, encoded: { records: 2 } });
  expect(read(sent).flows).toHaveLength(2);
});

test('a stop ends the file after the current packets, which are sent completely', async () => {
  const sent: Uint8Array[] = [];
  const run = exportInto(sent);
  async function* stopping() {
    yield* piecesOf(`${FLOW}\n`.repeat(100));
    run.stop();
    yield* piecesOf(`${FLOW}\n`.repeat(100));
    throw new Error('read on after the stop');
  }
  await run.read('a.log', textSource(stopping()));
  expect(run.isStopped).toBe(true);
  expect(run.summary.flows).toBe(200);
  expect(read(sent).flows).toHaveLength(run.summary.encoded.records);
});

test('the next piece is read after the packets of the one before are sent', async () => {
  const events: string[] = [];
  async function* telling() {
    for (const name of ['one', 'two']) {
      events.push(`read ${name}`);
      yield Buffer.from(`${FLOW}\n`.repeat(100));
    }
  }
  const run = exportInto([], {
    version: 5,
    send: async (packets) => {
      await new Promise((later) => setImmediate(later));
      events.push(`sent ${packets.length}`);
      return { taken: packets.map(() => 1), isLate: false };
    },
  });
  await run.read('a.log', textSource(telling()));
  expect(events).toEqual(['read one', 'sent 3', 'read two', 'sent 3', 'sent 1']);
});
