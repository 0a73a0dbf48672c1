import { expect, test } from '@jest/globals';
import { bytes, IPFIX, ipfix, set, u16, u32, V5, V9, v9 } from '../../tests/support/wire.ts';
import { Decoder } from './decode.ts';

const THE_FLOW = {
  sourceIPv4Address: '10.0.1.5',
  destinationIPv4Address: '203.0.113.5',
  sourceTransportPort: 49152,
  destinationTransportPort: 443,
  protocolIdentifier: 6,
  tcpControlBits: 3,
  packetDeltaCount: 10,
  octetDeltaCount: 840,
};

const decode = (datagram: Uint8Array) => new Decoder().decode(datagram, 'a');
const valuesOf = (datagram: Uint8Array) => decode(datagram).records.map((record) => record.values);

/** Template 256: octetDeltaCount in `octets`. */
const template = (octets: number) => `0100 0001 0001 ${u16(octets)}`;

test('a v5 packet gives its header and its flow', () => {
  const { header, records, error } = decode(bytes(V5));
  expect(header).toMatchObject({ version: 5, count: 1, sequence: 7, sysUptime: 3_600_000 });
  expect(records).toMatchObject([
    { values: THE_FLOW, options: false, startMs: 1_700_000_000_000, endMs: 1_700_000_058_000 },
  ]);
  expect(error).toBeUndefined();
});

test('a v9 packet gives its header, template and flow', () => {
  const { header, sets, templates, records, seenRecords, error } = decode(bytes(V9));
  expect(header).toMatchObject({ version: 9, count: 2, sequence: 3, sourceId: 1 });
  expect(sets[1]).toEqual({ id: 260, length: 44, records: 1, padding: 1 });
  expect(templates).toMatchObject([{ id: 260, options: false, scope: 0 }]);
  expect(records).toMatchObject([
    { values: THE_FLOW, template: 260, startMs: 1_700_000_000_000, endMs: 1_700_000_058_000 },
  ]);
  expect(seenRecords).toBe(2);
  expect(error).toBeUndefined();
});

test('an IPFIX message gives its header, template and flow', () => {
  const { header, records, error } = decode(bytes(IPFIX));
  expect(header).toMatchObject({ version: 10, length: 119, sequence: 7, domain: 1 });
  expect(records[0]?.values).toEqual({
    ...THE_FLOW,
    flowDirection: 0,
    flowStartMilliseconds: 1_700_000_000_000,
    flowEndMilliseconds: 1_700_000_058_000,
  });
  expect(error).toBeUndefined();
});

test('a datagram within a larger buffer is read', () => {
  const shifted = bytes(`ffff${V9}ffff`).subarray(2, 2 + V9.length / 2);
  expect(decode(shifted)).toEqual(decode(bytes(V9)));
});

test.each([
  [1, 'ff', 255],
  [2, 'ffff', 65_535],
  [3, '010000', 65_536],
  [4, 'ffffffff', 4_294_967_295],
  [7, '1fffffffffffff', Number.MAX_SAFE_INTEGER],
  [8, '001fffffffffffff', Number.MAX_SAFE_INTEGER],
  [8, '0020000000000000', 9_007_199_254_740_992n],
  [8, 'ffffffffffffffff', 18_446_744_073_709_551_615n],
  [9, '0102030405060708ff', '0102030405060708ff'],
])('a counter of %i octets %s is %s', (octets, hex, value) => {
  const message = ipfix(set(2, template(octets)) + set(256, hex));
  expect(valuesOf(message)).toEqual([{ octetDeltaCount: value }]);
});

test.each([
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['20010db8000000000000000000000000', '2001:db8::'],
  ['20010db8000000010000000000000001', '2001:db8:0:1::1'],
  ['00010000000000000001000000000001', '1::1:0:0:1'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['0010000000000010000000000000000a', '10:0:0:10::a'],
  ['20010db8000a000b000c000d000e000f', '2001:db8:a:b:c:d:e:f'],
])('the IPv6 address %s is %s', (hex, text) => {
  const message = ipfix(set(2, '0100 0001 001b 0010') + set(256, hex));
  expect(valuesOf(message)).toEqual([{ sourceIPv6Address: text }]);
});

test('variable-length fields have their length in one octet or in three', () => {
  const long = 'x'.repeat(300);
  const short = `03${Buffer.from('eni').toString('hex')}`;
  const message = ipfix(
    set(2, '0100 0002 0052 ffff 0004 0001') +
      set(256, `${short}06 ff${u16(300)}${Buffer.from(long).toString('hex')}11 0001`),
  );
  expect(valuesOf(message)).toEqual([
    { interfaceName: 'eni', protocolIdentifier: 6 },
    { interfaceName: long, protocolIdentifier: 17 },
    { interfaceName: '', protocolIdentifier: 1 },
  ]);
});

test('enterprise elements are named by their numbers, and are text when their octets are readable', () => {
  const message = ipfix(
    set(2, '0100 0003 8001 ffff 00007ed9 8002 ffff 00007ed9 8003 0002 00007ed9') +
      set(256, '026e61 0200ff 0102'),
  );
  expect(valuesOf(message)).toEqual([
    { 'pen32473.ie1': 'na', 'pen32473.ie2': '00ff', 'pen32473.ie3': 258 },
  ]);
  expect(decode(message).templates[0]?.fields[2]).toEqual({ id: 3, length: 2, pen: 32473 });
});

test('of an element that occurs several times, the last value that has octets counts', () => {
  const fields = '0007 0002 0007 0002 0052 ffff 0052 ffff 0007 0000 0004 ffff 0004 ffff';
  const message = ipfix(set(2, `0100 0007 ${fields}`) + set(256, '00010002 0161 0162 0106 00'));
  expect(valuesOf(message)).toEqual([
    { sourceTransportPort: 2, interfaceName: 'b', protocolIdentifier: 6 },
  ]);
});

test.each([
  ['v9', v9(set(0, '0100 0003 0001 0000 0004 0001 0052 0000') + set(256, '06 11 01'))],
  ['IPFIX', ipfix(set(2, '0100 0003 0001 0000 0004 0001 0052 0000') + set(256, '06 11 01'))],
])('an element of no octets in a %s template has no value', (_, packet) => {
  expect(valuesOf(packet)).toEqual([
    { protocolIdentifier: 6 },
    { protocolIdentifier: 17 },
    { protocolIdentifier: 1 },
  ]);
  expect(decode(packet).templates[0]?.fields).toHaveLength(3);
  expect(decode(packet).error).toBeUndefined();
});

test('an address and a number of variable length are read by the length in the record', () => {
  const message = ipfix(
    set(2, '0100 0003 0008 ffff 001b ffff 0001 ffff') +
      set(256, `04 0a000105 00 02 0100 00 10 ${'00'.repeat(15)}01 ff0001 07`),
  );
  expect(valuesOf(message)).toEqual([
    { sourceIPv4Address: '10.0.1.5', octetDeltaCount: 256 },
    { sourceIPv6Address: '::1', octetDeltaCount: 7 },
  ]);
});

test('an element with a length that its type does not allow is decoded as hex', () => {
  const message = ipfix(set(2, '0100 0001 0008 0003') + set(256, '0a0001'));
  expect(valuesOf(message)).toEqual([{ sourceIPv4Address: '0a0001' }]);
});

const NTP_2023 = u32(1_700_000_000 + 2_208_988_800);

test.each([
  ['009c', `${u32(2_208_988_801)}80000000`, { flowStartNanoseconds: 1_500_000_000n }],
  ['009d', `${NTP_2023}00000005`, { flowEndNanoseconds: 1_700_000_000_000_000_001n }],
  // RFC 7011 section 6.1.9: the bottom 11 bits of the fraction are ignored.
  ['009a', `${NTP_2023}000007ff`, { flowStartMicroseconds: 1_700_000_000_000_000_000n }],
  ['009b', `${NTP_2023}80000fff`, { flowEndMicroseconds: 1_700_000_000_500_000_476n }],
  ['009c', '00000000 80000000', { flowStartNanoseconds: 2_085_978_496_500_000_000n }],
  ['009c', '00000000 00000000', {}],
])('an NTP time of element 0x%s, %s, is decoded as Unix nanoseconds', (id, octets, values) => {
  const message = ipfix(set(2, `0100 0002 ${id} 0008 0004 0001`) + set(256, `${octets} 06`));
  expect(valuesOf(message)).toEqual([{ ...values, protocolIdentifier: 6 }]);
});

test.each([
  ['0008', '3f847ae147ae147b', 0.01],
  ['0004', '3e800000', 0.25],
  ['0002', '3e80', '3e80'],
])('a probability in %s octets is read', (length, octets, samplingProbability) => {
  const message = ipfix(set(2, `0100 0001 0137 ${length}`) + set(256, octets));
  expect(valuesOf(message)).toEqual([{ samplingProbability }]);
});

test('a v9 options template counts scope and options in octets', () => {
  const packet = v9(
    set(1, '0101 0004 0008 0001 0004 0022 0004 0023 0001 0000') +
      set(257, '00000007 00000064 01 000000'),
  );
  const { templates, records, sets, error } = decode(packet);
  expect(templates).toMatchObject([{ id: 257, options: true, scope: 1 }]);
  expect(records).toMatchObject([
    { options: true, values: { scopeSystem: 7, samplingInterval: 100, samplingAlgorithm: 1 } },
  ]);
  expect(sets[1]).toMatchObject({ records: 1, padding: 3 });
  expect(error).toBeUndefined();
});

test('an IPFIX options template counts fields, including the scopes', () => {
  const message = ipfix(set(3, '0101 0002 0001 000a 0004 0052 ffff') + set(257, '00000007 0165'));
  const { templates, records } = decode(message);
  expect(templates).toMatchObject([{ id: 257, options: true, scope: 1 }]);
  expect(records).toMatchObject([
    { options: true, values: { ingressInterface: 7, interfaceName: 'e' } },
  ]);
});

test('data of an unknown template is counted, and later data is read when the template has arrived', () => {
  const decoder = new Decoder();
  const data = ipfix(set(256, '00000001 00000002'));
  expect(decoder.decode(data, 'a')).toMatchObject({ records: [], unknownTemplates: [256] });
  decoder.decode(ipfix(set(2, template(4))), 'a');
  expect(decoder.decode(data, 'a')).toMatchObject({
    records: [{ values: { octetDeltaCount: 1 } }, { values: { octetDeltaCount: 2 } }],
    unknownTemplates: [],
  });
});

test('a template belongs to one sender, version and domain, and a later one replaces it', () => {
  const decoder = new Decoder();
  decoder.decode(ipfix(set(2, template(4))), 'a');
  decoder.decode(v9(set(0, template(2))), 'a');
  const octets = (packet: Uint8Array, sender: string) =>
    decoder.decode(packet, sender).records.length;
  expect(octets(ipfix(set(256, '00000000')), 'a')).toBe(1);
  expect(octets(v9(set(256, '00000000')), 'a')).toBe(2);
  expect(octets(ipfix(set(256, '00000000')), 'b')).toBe(0);
  expect(octets(ipfix(set(256, '00000000'), { domain: 2 }), 'a')).toBe(0);
  decoder.decode(ipfix(set(2, template(1))), 'a');
  expect(octets(ipfix(set(256, '00000000')), 'a')).toBe(4);
});

test('a v9 flow that started before a wrap of the uptime keeps its uncorrected times', () => {
  const packet = v9(set(0, '0100 0002 0016 0004 0015 0004') + set(256, 'ffffffff 0000ea60'));
  expect(decode(packet).records).toMatchObject([
    { startMs: 1_700_000_000_000 + 2 ** 32 - 1, endMs: 1_700_000_060_000 },
  ]);
});
