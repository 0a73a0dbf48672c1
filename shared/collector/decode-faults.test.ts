import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytes, IPFIX, ipfix, set, u16, V5, V9, v9 } from '../../tests/support/wire.ts';
import { Decoder } from './decode.ts';

const decode = (datagram: Uint8Array) => new Decoder().decode(datagram, 'a');
const template = (octets: number) => `0100 0001 0001 ${u16(octets)}`;
const GOOD_SETS = set(2, template(4)) + set(256, '00000001');

test('a name of zeros that ends in another octet is read in linear time', () => {
  const name = `ff${u16(60_000)}${'00'.repeat(59_999)}61`;
  const began = performance.now();
  const { records } = decode(ipfix(set(2, '0100 0001 0052 ffff') + set(256, name)));
  expect(performance.now() - began).toBeLessThan(500);
  expect(records[0]?.values).toEqual({ interfaceName: `${'\0'.repeat(59_999)}a` });
});

test.each([
  ['nothing', bytes(''), 0, '0 octets'],
  ['one octet', bytes('00'), 0, '1 octets'],
  ['another protocol', bytes('0006 0000'), 0, 'version 6'],
  ['half a v5 header', bytes(V5).subarray(0, 20), 0, 'v5 header'],
  ['a v5 record cut off', bytes(V5).subarray(0, 60), 0, 'which take 72'],
  ['octets after the v5 records', bytes(`${V5}00`), 1, 'which take 72'],
  [
    'a v5 packet without records',
    bytes(V5.replace('00050001', '00050000')).subarray(0, 24),
    0,
    '0 records',
  ],
  ['half a v9 header', bytes(V9).subarray(0, 19), 0, 'v9 header'],
  ['half an IPFIX header', bytes(IPFIX).subarray(0, 15), 0, 'IPFIX header'],
  ['a message shorter than it claims', ipfix(GOOD_SETS, { length: 99 }), 1, 'claims 99'],
  ['a message longer than it claims', ipfix(GOOD_SETS, { length: 28 }), 0, 'claims 28'],
  ['a message that claims no header', ipfix(GOOD_SETS, { length: 0 }), 0, 'claims 0'],
  ['a set of length 0', ipfix(`${GOOD_SETS}01000000`), 1, 'set 256 claims 0'],
  ['a set past the end', ipfix(`${GOOD_SETS}01000009`), 1, 'set 256 claims 9'],
  ['octets after the last set', ipfix(`${GOOD_SETS}0000`), 1, '2 octets after'],
  ['a reserved set', ipfix(set(4, '00') + GOOD_SETS), 1, 'set 4'],
  [
    'a template with a reserved number',
    ipfix(set(2, '00ff 0001 0001 0004') + GOOD_SETS),
    1,
    'template 255',
  ],
  ['a withdrawal', ipfix(set(2, '0100 0000') + GOOD_SETS), 1, 'withdrawals'],
  ['a v9 template without fields', v9(set(0, '0100 0000')), 0, 'no fields'],
  ['a template cut off', ipfix(set(2, '0100 0002 0001 0004') + GOOD_SETS), 1, 'past its set'],
  [
    'an enterprise number cut off',
    ipfix(set(2, '0100 0001 8001 0004 0000') + GOOD_SETS),
    1,
    'past its set',
  ],
  [
    'a template of elements of no octets',
    ipfix(set(2, '0100 0001 0001 0000') + GOOD_SETS),
    1,
    'no octets',
  ],
  [
    'data of a v9 template of elements of no octets',
    v9(set(0, '0100 0002 0001 0000 0002 0000') + set(256, '00000000')),
    0,
    'no octets',
  ],
  ['options without a scope', ipfix(set(3, '0101 0001 0000 0001 0004') + GOOD_SETS), 1, '0 scopes'],
  ['more scopes than fields', ipfix(set(3, '0101 0001 0002 0001 0004') + GOOD_SETS), 1, '2 scopes'],
  ['half a v9 option field', v9(set(1, '0101 0004 0003 0001 0004 0022 0004')), 0, 'half fields'],
  [
    'a value past its set',
    ipfix(set(2, '0100 0001 0052 ffff') + set(256, '0161 09')),
    1,
    'past the set',
  ],
  [
    'a long length past its set',
    ipfix(set(2, '0100 0001 0052 ffff') + set(256, '0161 ff00')),
    1,
    'past the set',
  ],
])('%s is an error that leaves what could be read', (_, datagram, records, error) => {
  const packet = decode(datagram);
  expect(packet.error).toContain(error);
  expect(packet.records).toHaveLength(records);
});

const octets = fc.uint8Array({ maxLength: 200, size: 'max' });
const vector = fc.constantFrom(V5, V9, IPFIX).map(bytes);
const mutation = fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })), {
  maxLength: 8,
});
const mutated = fc.tuple(vector, mutation, fc.nat(130)).map(([whole, changes, length]) => {
  for (const [at, octet] of changes) if (at < whole.length) whole[at] = octet;
  return whole.subarray(0, length);
});
const headed = fc.tuple(fc.constantFrom(5, 9, 10), octets).map(([version, rest]) => {
  const datagram = Buffer.concat([bytes(u16(version)), rest]);
  if (version === 10 && datagram.length >= 4) datagram.writeUInt16BE(datagram.length, 2);
  return datagram;
});

test('the decoder never throws, and never reads more records than the octets hold', () => {
  const datagrams = fc.array(fc.oneof(octets, headed, mutated), { maxLength: 6 });
  fc.assert(
    fc.property(datagrams, (sequence) => {
      const decoder = new Decoder();
      for (const datagram of sequence) {
        const packet = decoder.decode(datagram, 'a');
        expect(packet.records.length).toBeLessThanOrEqual(datagram.length);
        expect(packet.header !== undefined || packet.error !== undefined).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

test('the largest datagram of the smallest records is read', () => {
  const message = ipfix(set(2, template(1)) + set(256, '07'.repeat(65_000)));
  expect(decode(message).records).toHaveLength(65_000);
});
