import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Forwarder, type Ports } from '../../services/forwarder/forward.ts';
import { metricsOf } from '../../services/forwarder/metrics.ts';
import { forwarderSettings } from '../../shared/config.ts';
import { DEFAULT_FORMAT } from '../../shared/flowlog/format.ts';
import { derivedIdentity } from '../../shared/netflow/exporter-identity.ts';
import { archived, delivery, recordedLines, wrapped } from '../support/deliveries.ts';
import { read } from '../support/loopback-collector.ts';

const FOREVER = Number.POSITIVE_INFINITY;
const NOW = 1_795_342_500_000;

/** A forwarder that sends into an array. */
function forwarder(env: Record<string, string> = {}, ports: Partial<Ports> = {}) {
  const sent: Uint8Array[] = [];
  const settings = forwarderSettings({ NATFLOW_COLLECTORS: '10.0.9.9:2055', ...env });
  const forward = new Forwarder(settings, {
    reserve: derivedIdentity('test').reserve,
    send: async (packets) => {
      for (const { bytes } of packets) sent.push(Uint8Array.from(bytes));
      return packets.length;
    },
    putAgain: async () => [],
    collectors: async () => [{ address: Uint8Array.of(10, 0, 9, 9), port: 2055 }],
    now: () => NOW,
    ...ports,
  });
  return { forward, sent };
}

const LINE =
  '2 123456789012 eni-0a11bb22cc33dd44e 10.0.0.7 203.0.113.9 1024 443 6 9 840 1795338000 1795338060 ACCEPT OK';
const V2 = { NATFLOW_LOG_FORMAT: DEFAULT_FORMAT.join(' '), NATFLOW_LEGS: 'all' };

/** The line with other values at these places. */
const line = (values: Record<number, string>) =>
  LINE.split(' ')
    .map((value, index) => values[index] ?? value)
    .join(' ');

test.each(['5', '9', 'ipfix'])(
  'in version %s the private leg of what is recorded is exported, and everything is archived',
  async (version) => {
    const { forward, sent } = forwarder({ NATFLOW_VERSION: version });
    const lines = recordedLines(4000);
    const { answer, report } = await forward.deliver(delivery(...lines.map(wrapped)), FOREVER);
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

test('every delivery begins with the templates, and the sequence goes on', async () => {
  const { forward, sent } = forwarder({ ...V2, NATFLOW_VERSION: '9' });
  const first: Uint8Array[] = [];
  for (let i = 0; i < 3; i++) {
    const before = sent.length;
    await forward.deliver(delivery(...new Array(100).fill(LINE)), FOREVER);
    first.push(sent[before] ?? new Uint8Array());
  }
  expect(read(sent)).toMatchObject({ troubles: [], flows: { length: 300 } });
  for (const packet of first) expect(read([packet]).troubles).toEqual([]);
});

test('a delivery that comes again is answered again and not sent again', async () => {
  const { forward, sent } = forwarder(V2);
  const event = delivery(wrapped(LINE), wrapped(line({ 5: '1025' })));
  const first = await forward.deliver(event, FOREVER);
  await forward.deliver(delivery(wrapped(LINE)), FOREVER);
  const again = await forward.deliver(structuredClone(event), FOREVER);
  expect(again.answer).toEqual(first.answer);
  expect(again.report).toMatchObject({ isDuplicate: true, exported: 0, datagrams: 0 });
  expect(read(sent).flows).toHaveLength(3);
});

test('what goes into the stream again is not exported, and not put there twice by a retry', async () => {
  const put: string[] = [];
  const { forward, sent } = forwarder(V2, {
    putAgain: async (_, pieces) => {
      put.push(...pieces.map(({ data }) => data.toString()));
      return [];
    },
  });
  const lines = Array.from({ length: 60_000 }, (_, i) => line({ 5: String(i) }));
  const event = delivery(gzipSync(lines.join('\n')), wrapped(LINE));
  const { answer, report } = await forward.deliver(event, FOREVER);
  const again = await forward.deliver(event, FOREVER);
  expect(again.answer).toEqual(answer);
  expect(answer.records.map(({ result }) => result)).toEqual(['Dropped', 'Dropped']);
  expect(put.join('\n').split('\n')).toEqual([...lines, LINE]);
  expect(sent).toEqual([]);
  expect(report.again).toBe(put.length);
  for (const piece of put) await forward.deliver(delivery(piece), FOREVER);
  expect(read(sent).flows).toHaveLength(60_001);
});

test('when the stream refuses a piece, the records in it have failed, and a retry says the same', async () => {
  const { forward } = forwarder(V2, { putAgain: async (_, pieces) => pieces.slice(0, 1) });
  const event = delivery(wrapped(LINE), gzipSync(`${LINE}\n`.repeat(60_000)));
  const { answer, report } = await forward.deliver(event, FOREVER);
  expect(answer.records.map(({ result }) => result)).toEqual(['Ok', 'ProcessingFailed']);
  expect(report.refused).toBe(1);
  expect((await forward.deliver(event, FOREVER)).answer).toEqual(answer);
});

test('our own datagrams and the answers to them are left out, all else that looks like them is not', async () => {
  const { forward, sent } = forwarder(V2);
  const collector = { 4: '10.0.9.9', 6: '2055' };
  const { report } = await forward.deliver(
    delivery(
      line({ ...collector, 7: '17' }),
      line({ 3: '10.0.9.9', 5: '2055', 7: '17' }),
      line({ ...collector, 7: '6' }),
      line({ ...collector, 7: '17', 6: '2056' }),
      line({ ...collector, 7: '17', 4: '10.0.9.8' }),
    ),
    FOREVER,
  );
  expect(report).toMatchObject({ flows: 5, ownTraffic: 2, exported: 3 });
  expect(read(sent).flows).toHaveLength(3);
});

test('what there was no time for is counted', async () => {
  const { forward } = forwarder(V2, { send: async () => 2 });
  const { answer, report } = await forward.deliver(delivery(...new Array(100).fill(LINE)), FOREVER);
  expect(answer.records).toHaveLength(100);
  expect(report).toMatchObject({ datagrams: 2, exported: 60, unsent: 40 });
});

test('without collectors lines are counted and archived', async () => {
  const { forward, sent } = forwarder({ ...V2, NATFLOW_COLLECTORS: '' });
  const { answer, report } = await forward.deliver(delivery(LINE, 'x'), FOREVER);
  expect(archived(answer)).toBe(`${LINE}\nx\n`);
  expect(report).toMatchObject({ flows: 1, malformed: 1, exported: 0, lagSeconds: undefined });
  expect(sent).toEqual([]);
});

test.each<[string, Partial<Ports>]>([
  ['reserving', { reserve: () => Promise.reject(new Error('no')) }],
  ['sending', { send: () => Promise.reject(new Error('no')) }],
  ['finding the collectors', { collectors: () => Promise.reject(new Error('no')) }],
])('the answer does not depend on %s', async (_, ports) => {
  const { forward } = forwarder(V2, ports);
  for (let i = 0; i < 2; i++) {
    const { answer, report } = await forward.deliver(delivery(LINE), FOREVER);
    expect(archived(answer)).toBe(`${LINE}\n`);
    expect(report.failure).toEqual(new Error('no'));
  }
});

test('the lag is from the end of the newest flow, and unknown where flows have no times', async () => {
  const { forward } = forwarder(V2);
  const timed = await forward.deliver(delivery(LINE, line({ 11: '1795338070' })), FOREVER);
  expect(timed.report.lagSeconds).toBe(NOW / 1000 - 1_795_338_070);
  const { report } = await forward.deliver(delivery(line({ 10: '-', 11: '-' })), FOREVER);
  expect(report).toMatchObject({ exported: 1, lagSeconds: undefined });
});

test('a header in one delivery does not change how the next is read', async () => {
  const { forward } = forwarder(V2);
  await forward.deliver(delivery('dstaddr srcaddr\n10.0.0.1 10.0.0.2'), FOREVER);
  const { report } = await forward.deliver(delivery(LINE), FOREVER);
  expect(report).toMatchObject({ flows: 1, malformed: 0 });
});

test('a delivery without records has an answer without records', async () => {
  const { forward } = forwarder();
  const { answer } = await forward.deliver(delivery(), FOREVER);
  expect(answer).toEqual({ records: [] });
});

test('metrics say what became of a delivery', async () => {
  const { forward } = forwarder(V2, {
    reserve: async () => ({ domain: 1, sequence: { 5: 0, 9: 0, 10: 0 }, fallback: 'silent table' }),
  });
  const { report } = await forward.deliver(delivery(LINE, '{"a":1}', 'x y'), FOREVER);
  const metrics = metricsOf(report, [{ count: 3 }, { count: 4 }], 12.5);
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
  fc.constant(line({ 13: 'NODATA' })),
  fc.constant('srcaddr dstaddr\n'),
  fc
    .array(fc.constantFrom(LINE, 'junk', '', '{"message":"a b"}'), { maxLength: 4 })
    .map((all) => gzipSync(all.join('\n'))),
  fc.string(),
  fc.uint8Array({ maxLength: 40 }),
);

test('any records are answered once each, in order, and the counts add up to the lines', async () => {
  const { forward } = forwarder(V2);
  await fc.assert(
    fc.asyncProperty(fc.array(content, { maxLength: 30 }), async (contents) => {
      const event = delivery(...contents);
      const { answer, report } = await forward.deliver(event, FOREVER);
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

/** Neither a header nor blank: nothing above the space in it. */
function isCounted(text: string): boolean {
  return text !== 'srcaddr dstaddr' && /[^\0- ]/.test(text);
}
