import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DataRecord, Header, Packet } from './decode/packet.ts';
import { SequenceTracker } from './sequence.ts';

const RECORD: DataRecord = { template: 256, options: false, values: {} };
const MODULUS = 2 ** 32;

function packet(header: Header, records: number, rest: Partial<Packet> = {}): Packet {
  return {
    header,
    sets: [],
    templates: [],
    records: Array<DataRecord>(records).fill(RECORD),
    seenRecords: records,
    unknownTemplates: [],
    ...rest,
  };
}

function v5(sequence: number, count: number, engineId = 0): Packet {
  const times = { sysUptime: 0, unixSecs: 0, unixNsecs: 0 };
  const sampling = { samplingMode: 0, samplingInterval: 0 };
  return packet(
    { version: 5, count, sequence, engineType: 0, engineId, ...times, ...sampling },
    count,
  );
}

function v9(sequence: number, records: number, sourceId = 0): Packet {
  return packet({ version: 9, count: 0, sysUptime: 0, unixSecs: 0, sequence, sourceId }, records);
}

function ipfix(sequence: number, records: number, rest: Partial<Packet> = {}, domain = 0): Packet {
  return packet({ version: 10, length: 0, exportTime: 0, sequence, domain }, records, rest);
}

test.each([
  ['v5 counts flows', v5, 30, 'flows'],
  ['v9 counts packets', v9, 1, 'packets'],
  ['IPFIX counts data records', ipfix, 30, 'data records'],
])('%s', (_, make, step, unit) => {
  const tracker = new SequenceTracker();
  const check = (sequence: number) => tracker.check(make(sequence, 30), 'a');
  expect(check(100)).toBeUndefined();
  expect(check(100 + step)).toBeUndefined();
  expect(check(100 + 5 * step)).toEqual({
    expected: 100 + 2 * step,
    received: 100 + 5 * step,
    unit,
  });
  expect(check(100 + 6 * step)).toBeUndefined();
});

test('IPFIX counts the data records of options too (RFC 7011 section 3.1)', () => {
  const tracker = new SequenceTracker();
  const options = [{ ...RECORD, options: true }, RECORD];
  tracker.check(ipfix(0, 0, { records: options }), 'a');
  expect(tracker.check(ipfix(2, 1), 'a')).toBeUndefined();
});

test.each([
  ['the template of some data is unknown', { unknownTemplates: [256] }],
  ['a message is broken', { error: 'set 256 claims 0 octets where 4 are left' }],
])('IPFIX numbers are taken up anew when %s', (_, rest) => {
  const tracker = new SequenceTracker();
  tracker.check(ipfix(0, 0, rest), 'a');
  expect(tracker.check(ipfix(17, 1), 'a')).toBeUndefined();
  expect(tracker.check(ipfix(19, 1), 'a')).toMatchObject({ expected: 18, received: 19 });
});

test('every sender, version and id has its own sequence', () => {
  const tracker = new SequenceTracker();
  const streams: [Packet, string][] = [
    [v5(1, 1), 'a'],
    [v5(50, 1), 'b'],
    [v5(70, 1, 1), 'a'],
    [v9(90, 1), 'a'],
    [v9(110, 1, 1), 'a'],
    [ipfix(130, 1), 'a'],
    [ipfix(150, 1, {}, 1), 'a'],
  ];
  for (const [sent, sender] of streams) expect(tracker.check(sent, sender)).toBeUndefined();
  expect(tracker.check(v5(2, 1), 'a')).toBeUndefined();
  expect(tracker.check(v5(51, 1), 'b')).toBeUndefined();
});

test('a packet without a readable header changes nothing', () => {
  const tracker = new SequenceTracker();
  tracker.check(v9(1, 1), 'a');
  expect(tracker.check({ ...v9(0, 0), header: undefined, error: 'x' }, 'a')).toBeUndefined();
  expect(tracker.check(v9(2, 1), 'a')).toBeUndefined();
});

test('a continuous sequence has no gap, wherever it starts and wraps', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 20, size: 'max' });
  const start = fc.oneof(fc.nat(), fc.integer({ min: MODULUS - 100, max: MODULUS - 1 }));
  fc.assert(
    fc.property(start, counts, (from, steps) => {
      const tracker = new SequenceTracker();
      let sequence = from;
      for (const count of steps) {
        expect(tracker.check(v5(sequence, count), 'a')).toBeUndefined();
        sequence = (sequence + count) % MODULUS;
      }
    }),
  );
});
