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

test.each([
  ['seconds', '0096 0004 0097 0004', u32(1_700_000_000) + u32(1_700_000_001)],
  ['milliseconds', '0098 0008 0099 0008', '0000018bcfe56800 0000018bcfe56be8'],
  [
    'NTP fractions',
    '009a 0008 009b 0008',
    `${u32(3_908_988_800)}00000000${u32(3_908_988_801)}00000000`,
  ],
  [
    'uptimes and the boot time',
    '0016 0004 0015 0004 00a0 0008',
    `${u32(0)}${u32(1000)}0000018bcfe56800`,
  ],
])('IPFIX times in %s are read', (_, fields, data) => {
  const count = fields.split(' ').length / 2;
  const message = ipfix(set(2, `0100 000${count} ${fields}`) + set(256, data));
  expect(flowsOf(message)).toMatchObject([
    { time_flow_start_ns: '1700000000000000000', time_flow_end_ns: '1700000001000000000' },
  ]);
});

test('a flow whose times cannot be converted has none', () => {
  const message = ipfix(set(2, '0100 0002 0016 0004 0015 0004') + set(256, u32(0) + u32(1000)));
  expect(flowsOf(message)[0]).not.toHaveProperty('time_flow_start_ns');
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
  const none = { sequenceErrors: 0, unknownTemplates: 0 };
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
