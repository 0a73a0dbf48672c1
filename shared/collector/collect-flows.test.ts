import { expect, test } from '@jest/globals';
import { bytes, ipfix, set, u32, V5, v9 } from '../../tests/support/wire.ts';
import { FlowCollector } from './collect-flows.ts';

const RECEIVED_MS = 1_700_000_061_000;

function take(...datagrams: Uint8Array[]) {
  const collector = new FlowCollector();
  return datagrams.map((datagram) => collector.take(datagram, '192.0.2.1', RECEIVED_MS));
}

const flowsOf = (datagram: Uint8Array) => take(datagram).flatMap(({ flows }) => flows);

/** A v9 packet at 1700000060 s with an uptime of 60 s, and one flow with these uptimes. */
function v9Uptimes(start: number, end: number): Buffer {
  return v9(set(0, '0100 0002 0016 0004 0015 0004') + set(256, u32(start) + u32(end)));
}

test.each([
  ['lies in its uptime', 0, 60_000, '1700000000000', '1700000060000'],
  ['starts before the uptime wrapped', 2 ** 32 - 1000, 5000, '1699999999000', '1700000005000'],
  [
    'ends before the uptime wrapped',
    2 ** 32 - 2000,
    2 ** 32 - 1000,
    '1699999998000',
    '1699999999000',
  ],
  ['ends a little after its export', 0, 90_000, '1700000000000', '1700000090000'],
])('a v9 flow that %s is placed in time', (_, start, end, startMs, endMs) => {
  expect(flowsOf(v9Uptimes(start, end))).toMatchObject([
    { time_flow_start_ns: `${startMs}000000`, time_flow_end_ns: `${endMs}000000` },
  ]);
});

const BOOT = '0000018bcfe56800';
const START_MS = '0000018bcfe56800';
const NTP = u32(3_908_988_800);

test.each([
  ['seconds', '0096 0004 0097 0004', u32(1_700_000_000) + u32(1_700_000_001)],
  ['milliseconds', '0098 0008 0099 0008', '0000018bcfe56800 0000018bcfe56be8'],
  ['NTP microseconds', '009a 0008 009b 0008', `${NTP}000007ff${u32(3_908_988_801)}000007ff`],
  ['NTP nanoseconds', '009c 0008 009d 0008', `${NTP}00000000${u32(3_908_988_801)}00000000`],
  ['microseconds before the export', '009e 0004 009f 0004', u32(60_000_000) + u32(59_000_000)],
  ['uptimes and the boot time', '0016 0004 0015 0004 00a0 0008', `${u32(0)}${u32(1000)}${BOOT}`],
  ['a start and milliseconds', '0098 0008 00a1 0004', `${START_MS} ${u32(1000)}`],
  ['a start and microseconds', '0098 0008 00a2 0004', `${START_MS} ${u32(1_000_000)}`],
  ['milliseconds and an end', '00a1 0004 0097 0004', `${u32(1000)} ${u32(1_700_000_001)}`],
  ['a start before the export and a duration', '009e 0004 00a1 0004', u32(60_000_000) + u32(1000)],
  [
    'an uptime, the boot time and a duration',
    '0016 0004 00a0 0008 00a1 0004',
    `${u32(0)}${BOOT}${u32(1000)}`,
  ],
  [
    'several units, by the finest',
    '0096 0004 0098 0008 0099 0008 0097 0004 00a1 0004',
    `${u32(1_699_999_999)}${START_MS} 0000018bcfe56be8 ${u32(1_700_000_002)}${u32(5000)}`,
  ],
  [
    'a start twice, by the last',
    '0096 0004 0096 0004 0097 0004',
    u32(1_600_000_000) + u32(1_700_000_000) + u32(1_700_000_001),
  ],
])('IPFIX times in %s are read', (_, fields, data) => {
  const count = fields.split(' ').length / 2;
  const message = ipfix(set(2, `0100 000${count} ${fields}`) + set(256, data));
  expect(flowsOf(message)).toMatchObject([
    { time_flow_start_ns: '1700000000000000000', time_flow_end_ns: '1700000001000000000' },
  ]);
});

test.each([
  ['a start', '0096 0004', u32(1_700_000_000), { time_flow_start_ns: '1700000000000000000' }],
  ['an end', '0097 0004', u32(1_700_000_000), { time_flow_end_ns: '1700000000000000000' }],
  ['a duration', '00a1 0004', u32(1000), {}],
  ['a time of zeros', '009c 0008', '00'.repeat(8), {}],
])('of a flow with %s alone, the other time is unknown', (_, field, data, expected) => {
  const [flow] = flowsOf(ipfix(set(2, `0100 0001 ${field}`) + set(256, data)));
  const names = ['time_flow_start_ns', 'time_flow_end_ns'];
  const times = Object.entries(flow ?? {}).filter(([name]) => names.includes(name));
  expect(Object.fromEntries(times)).toEqual(expected);
});

test('a v9 flow with a start by its uptime and a duration has an end', () => {
  const packet = v9(
    set(0, '0100 0002 0016 0004 00a1 0004') + set(256, u32(2 ** 32 - 1000) + u32(6000)),
  );
  expect(flowsOf(packet)).toMatchObject([
    { time_flow_start_ns: '1699999999000000000', time_flow_end_ns: '1700000005000000000' },
  ]);
});

const UPTIMES = set(2, '0100 0002 0016 0004 0015 0004') + set(256, u32(0) + u32(1000));

test('the boot time in options data is that of its exporter, until it says another', () => {
  const collector = new FlowCollector();
  const boot = (ms: string) =>
    ipfix(set(3, '0101 0002 0001 0090 0004 00a0 0008') + set(257, u32(1) + ms));
  const start = (message: Uint8Array, sender: string) =>
    collector.take(message, sender, RECEIVED_MS).flows[0]?.time_flow_start_ns;
  collector.take(boot(BOOT), '192.0.2.1', RECEIVED_MS);
  expect(start(ipfix(UPTIMES), '192.0.2.1')).toBe('1700000000000000000');
  expect(start(ipfix(UPTIMES), '192.0.2.2')).toBeUndefined();
  expect(start(ipfix(UPTIMES, { domain: 2 }), '192.0.2.1')).toBeUndefined();
  collector.take(boot('0000018bcfe56bff'), '192.0.2.1', RECEIVED_MS);
  expect(start(ipfix(UPTIMES), '192.0.2.1')).toBe('1700000001023000000');
});

test('uptimes of a device that has been up for months are placed near the export', () => {
  const boot = (1_700_000_000_000 - 3 * 2 ** 32).toString(16).padStart(16, '0');
  const fields = '0100 0003 0016 0004 0015 0004 00a0 0008';
  const data = u32(2 ** 32 - 1000) + u32(1000) + boot;
  expect(flowsOf(ipfix(set(2, fields) + set(256, data)))).toMatchObject([
    { time_flow_start_ns: '1699999999000000000', time_flow_end_ns: '1700000001000000000' },
  ]);
});

test('options data is not a flow, and sets the sampling rate of later flows', () => {
  const collector = new FlowCollector();
  const options = v9(
    set(1, '0101 0004 0004 0001 0004 0022 0004 0000') + set(257, u32(0) + u32(100)),
  );
  expect(collector.take(options, '192.0.2.1', RECEIVED_MS).flows).toEqual([]);
  expect(collector.take(v9Uptimes(0, 1), '192.0.2.1', RECEIVED_MS).flows).toMatchObject([
    { sampling_rate: 100 },
  ]);
  expect(collector.take(v9Uptimes(0, 1), '192.0.2.2', RECEIVED_MS).flows).toMatchObject([
    { sampling_rate: 0, sampler_address: '192.0.2.2' },
  ]);
});

test("protocols have goflow2's names, others their numbers", () => {
  const message = ipfix(set(2, '0100 0001 0004 0001') + set(256, '01 06 11 3a 84 2f'));
  const names = flowsOf(message).map((flow) => flow.proto);
  expect(names).toEqual(['ICMP', 'TCP', 'UDP', 'ICMPv6', 'SCTP', '47']);
});

test('every exporter has its own counters', () => {
  const collector = new FlowCollector();
  for (const datagram of [bytes(V5), bytes(V5), ipfix(set(300, '00')), bytes('0006')])
    collector.take(datagram, '192.0.2.1', RECEIVED_MS);
  expect(collector).toMatchObject({ datagrams: 4, faulty: 1 });
  const none = { sequenceErrors: 0, unknownTemplates: 0, unknownSampling: 0 };
  expect(collector.exporters()).toMatchObject([
    { ...none, name: '192.0.2.1 v5 engine 0', datagrams: 2, flows: 2, sequenceErrors: 1 },
    { ...none, name: '192.0.2.1 IPFIX domain 1', datagrams: 1, flows: 0, unknownTemplates: 1 },
  ]);
});

test('a trouble names its exporter and the fault', () => {
  const troubles = take(bytes(V5), bytes(`${V5}00`), bytes('')).flatMap((taken) => taken.troubles);
  expect(troubles).toEqual([
    { kind: 'sequence', message: '192.0.2.1 v5 engine 0: sequence number 7, expected 8 flows' },
    {
      kind: 'faulty',
      message: '192.0.2.1 v5 engine 0: 73 octets for 1 records, which take 72',
    },
    { kind: 'faulty', message: '192.0.2.1: 0 octets are too few for a packet' },
  ]);
});
