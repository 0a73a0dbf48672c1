import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { metricsOf } from '../../services/forwarder/metrics.ts';
import { archived, delivery, recordedLines, wrapped } from '../support/deliveries.ts';
import {
  DEFAULT_LINES,
  flowLine,
  intoArray,
  NEVER,
  NOW,
  type OtherPorts,
} from '../support/forwarder.ts';
import { read } from '../support/loopback-collector.ts';

const LINE = flowLine();

test.each(['5', '9', 'ipfix'])(
  'in version %s the private leg is exported, and all lines are archived',
  async (version) => {
    const { forward, sent } = intoArray({ NATFLOW_VERSION: version });
    const lines = recordedLines(4000);
    const { answer, report } = await forward.deliver(delivery(...lines.map(wrapped)), NEVER);
    expect(archived(answer)).toBe(lines.map((each) => `${each}\n`).join(''));
    const { flows, troubles } = read(sent);
    expect(troubles).toEqual([]);
    expect(flows).toHaveLength(2000);
    expect(
      flows.every(
        (flow) => /^10\.20\./.test(`${flow.src_addr}`) !== /^10\.20\./.test(`${flow.dst_addr}`),
      ),
    ).toBe(true);
    expect(report).toMatchObject({
      records: lines.length,
      lines: lines.length,
      flows: 4000,
      otherLeg: 2000,
      exported: 2000,
      unsent: 0,
      datagrams: sent.length,
      bytes: flows.reduce((sum, { bytes }) => sum + Number(bytes), 0),
      failure: undefined,
    });
  },
);

test('lines without resource-id, as zonal gateways of some partitions have, are exported like the others', async () => {
  const { forward, sent } = intoArray({ NATFLOW_VERSION: '9' });
  const lines = recordedLines(400).map((line, at) =>
    Math.floor(at / 30) % 2 === 0 ? line : line.replace(/ \S+$/, ''),
  );
  const { answer, report } = await forward.deliver(delivery(...lines.map(wrapped)), NEVER);
  expect(archived(answer)).toBe(lines.map((each) => `${each}\n`).join(''));
  expect(report).toMatchObject({ flows: 400, otherLeg: 200, exported: 200, malformed: 0 });
  expect(read(sent)).toMatchObject({ troubles: [], flows: { length: 200 } });
});

test('every delivery begins with the templates, and sequence numbers continue', async () => {
  const { forward, sent } = intoArray({ ...DEFAULT_LINES, NATFLOW_VERSION: '9' });
  const first: Uint8Array[] = [];
  for (let i = 0; i < 3; i++) {
    const before = sent.length;
    await forward.deliver(delivery(...new Array(100).fill(LINE)), NEVER);
    first.push(sent[before] ?? new Uint8Array());
  }
  expect(read(sent)).toMatchObject({ troubles: [], flows: { length: 300 } });
  for (const packet of first) expect(read([packet]).troubles).toEqual([]);
});

test('a retried delivery is answered again, but not exported again', async () => {
  const { forward, sent } = intoArray(DEFAULT_LINES);
  const event = delivery(wrapped(LINE), wrapped(flowLine({ 5: '1025' })));
  const first = await forward.deliver(event, NEVER);
  await forward.deliver(delivery(wrapped(LINE)), NEVER);
  const again = await forward.deliver(structuredClone(event), NEVER);
  expect(again.answer).toEqual(first.answer);
  expect(again.report).toMatchObject({ isDuplicate: true, exported: 0, datagrams: 0 });
  expect(read(sent).flows).toHaveLength(3);
});

test('a delivery without records is answered, is none that came before, and looks collectors up', async () => {
  let lookups = 0;
  const refresh = async () => void lookups++;
  const { forward, sent } = intoArray(DEFAULT_LINES, { refresh });
  for (const _ of [1, 2]) {
    const { answer, report } = await forward.deliver(delivery(), NEVER);
    expect(answer).toEqual({ records: [] });
    expect(report).toMatchObject({ records: 0, isDuplicate: false, failure: undefined });
  }
  expect([lookups, sent.length]).toEqual([2, 0]);
});

test('re-ingested lines are not exported, and a retry does not re-ingest them twice', async () => {
  const put: string[] = [];
  const { forward, sent } = intoArray(DEFAULT_LINES, {
    reingest: async (_, pieces) => {
      put.push(...pieces.map(({ data }) => data.toString()));
      return [];
    },
  });
  const lines = Array.from({ length: 60_000 }, (_, i) => flowLine({ 5: String(i) }));
  const event = delivery(gzipSync(lines.join('\n')), wrapped(LINE));
  const { answer, report } = await forward.deliver(event, NEVER);
  const again = await forward.deliver(event, NEVER);
  expect(again.answer).toEqual(answer);
  expect(answer.records.map(({ result }) => result)).toEqual(['Dropped', 'Dropped']);
  expect(put.join('\n').split('\n')).toEqual([...lines, LINE]);
  expect(sent).toEqual([]);
  expect(report.reingested).toBe(put.length);
  for (const piece of put) await forward.deliver(delivery(piece), NEVER);
  expect(read(sent).flows).toHaveLength(60_001);
});

test('the records of a refused piece have failed, and a retry has the same answer', async () => {
  const { forward } = intoArray(DEFAULT_LINES, {
    reingest: async (_, pieces) => pieces.slice(0, 1),
  });
  const event = delivery(wrapped(LINE), gzipSync(`${LINE}\n`.repeat(60_000)));
  const { answer, report } = await forward.deliver(event, NEVER);
  expect(answer.records.map(({ result }) => result)).toEqual(['Ok', 'ProcessingFailed']);
  expect(report.refused).toBe(1);
  expect((await forward.deliver(event, NEVER)).answer).toEqual(answer);
});

test('own traffic is left out in both directions, and similar flows are not', async () => {
  const { forward, sent } = intoArray(DEFAULT_LINES);
  const collector = { 4: '10.0.9.9', 6: '2055' };
  const { report } = await forward.deliver(
    delivery(
      flowLine({ ...collector, 7: '17' }),
      flowLine({ 3: '10.0.9.9', 5: '2055', 7: '17' }),
      flowLine({ ...collector, 7: '6' }),
      flowLine({ ...collector, 7: '17', 6: '2056' }),
      flowLine({ ...collector, 7: '17', 4: '10.0.9.8' }),
    ),
    NEVER,
  );
  expect(report).toMatchObject({ flows: 5, ownTraffic: 2, exported: 3 });
  expect(read(sent).flows).toHaveLength(3);
});

test('records that miss the deadline are counted as unsent', async () => {
  const { forward } = intoArray(DEFAULT_LINES, {
    send: async () => ({ taken: [1, 1], isLate: true }),
  });
  const { answer, report } = await forward.deliver(delivery(...new Array(100).fill(LINE)), NEVER);
  expect(answer.records).toHaveLength(100);
  expect(report).toMatchObject({ datagrams: 2, exported: 60, unsent: 40 });
});

test('without collectors, lines are counted and archived', async () => {
  const { forward, sent } = intoArray({ ...DEFAULT_LINES, NATFLOW_COLLECTORS: '' });
  const { answer, report } = await forward.deliver(delivery(LINE, 'x'), NEVER);
  expect(archived(answer)).toBe(`${LINE}\nx\n`);
  expect(report).toMatchObject({ flows: 1, malformed: 1, exported: 0, lagSeconds: undefined });
  expect(sent).toEqual([]);
});

test.each<[string, OtherPorts]>([
  ['reserving', { reserve: () => Promise.reject(new Error('no')) }],
  ['sending', { send: () => Promise.reject(new Error('no')) }],
  ['resolving', { refresh: () => Promise.reject(new Error('no')) }],
])('the answer does not depend on %s', async (_, ports) => {
  const { forward } = intoArray(DEFAULT_LINES, ports);
  for (let i = 0; i < 2; i++) {
    const { answer, report } = await forward.deliver(delivery(LINE), NEVER);
    expect(archived(answer)).toBe(`${LINE}\n`);
    expect(report.failure).toEqual(new Error('no'));
  }
});

test('the lag is measured from the end of the newest flow, and unknown when flows have no times', async () => {
  const { forward } = intoArray(DEFAULT_LINES);
  const timed = await forward.deliver(delivery(LINE, flowLine({ 11: '1795338070' })), NEVER);
  expect(timed.report.lagSeconds).toBe(NOW / 1000 - 1_795_338_070);
  const { report } = await forward.deliver(delivery(flowLine({ 10: '-', 11: '-' })), NEVER);
  expect(report).toMatchObject({ exported: 1, lagSeconds: undefined });
});

test('a header in one delivery does not affect the next', async () => {
  const { forward } = intoArray(DEFAULT_LINES);
  await forward.deliver(delivery('dstaddr srcaddr\n10.0.0.1 10.0.0.2'), NEVER);
  const { report } = await forward.deliver(delivery(LINE), NEVER);
  expect(report).toMatchObject({ flows: 1, malformed: 0 });
});

test('a delivery without records has an answer without records', async () => {
  const { forward } = intoArray();
  const { answer } = await forward.deliver(delivery(), NEVER);
  expect(answer).toEqual({ records: [] });
});

test('the metrics of a delivery count its records, lines, flows and packets', async () => {
  const { forward } = intoArray(DEFAULT_LINES, {
    reserve: async () => ({ domain: 1, sequence: { 5: 0, 9: 0, 10: 0 }, fallback: 'silent table' }),
  });
  const { measured } = await forward.deliver(delivery(LINE, '{"a":1}', 'x y'), NEVER);
  const metrics = metricsOf(measured, [{ count: 3 }, { count: 4 }], 12.5);
  expect(Object.fromEntries(metrics.map(([name, , value]) => [name, value]))).toMatchObject({
    RecordsReceived: 3,
    FlowsExported: 1,
    RecordsRejected: 2,
    DatagramErrors: 7,
    BytesExported: 840,
    BatchDurationMs: 12.5,
    LeaseFallbacks: 1,
    DeliveryLagSeconds: NOW / 1000 - 1_795_338_060,
  });
});

const content = fc.oneof(
  fc.constant(wrapped(LINE)),
  fc.constant(LINE),
  fc.constant(flowLine({ 13: 'NODATA' })),
  fc.constant('srcaddr dstaddr\n'),
  fc
    .array(fc.constantFrom(LINE, 'junk', '', '{"message":"a b"}'), { maxLength: 4 })
    .map((all) => gzipSync(all.join('\n'))),
  fc.string(),
  fc.uint8Array({ maxLength: 40, size: 'max' }),
);

test('any records are answered once each, in order, and the counts add up to the lines', async () => {
  const { forward } = intoArray(DEFAULT_LINES);
  await fc.assert(
    fc.asyncProperty(fc.array(content, { maxLength: 30, size: 'max' }), async (contents) => {
      const event = delivery(...contents);
      const { answer, report } = await forward.deliver(event, NEVER);
      expect(answer.records.map(({ recordId }) => recordId)).toEqual(
        event.records.map(({ recordId }) => recordId),
      );
      const { lines, flows, nodata, skipdata, nonflow, malformed } = report;
      expect(flows + nodata + skipdata + nonflow + malformed).toBe(lines);
      const texts = archived(answer).split('\n').filter(isCounted);
      expect(lines).toBe(texts.length);
      expect(report).toMatchObject({ failure: undefined, notExportable: 0 });
      expect(report.exported + report.otherLeg).toBe(flows);
    }),
    { numRuns: 300 },
  );
});

/** Neither a header nor blank: it has no byte above the space. */
function isCounted(text: string): boolean {
  return text !== 'srcaddr dstaddr' && /[^\0- ]/.test(text);
}
