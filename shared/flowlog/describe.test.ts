import { describe, expect, test } from '@jest/globals';
import { describeLine, type Value } from './describe.ts';
import { FlowLogParser } from './parser.ts';

/** The described value of a field, and the reason why it is invalid. */
function read(field: string, value: string): [Value | undefined, string | undefined] {
  const { fields, reason } = describeLine(value, [field]);
  return [fields[field], reason];
}

test.each([
  ['srcport', '0', 0],
  ['srcport', '65535', 65_535],
  ['dstport', '65535', 65_535],
  ['protocol', '255', 255],
  ['tcp-flags', '255', 255],
  ['packets', '9007199254740991', 9_007_199_254_740_991],
  ['bytes', '9007199254740992', '9007199254740992'],
  ['bytes', '18446744073709551615', '18446744073709551615'],
  ['version', '2', 2],
  ['traffic-path', '8', 8],
  ['start', '4294967295', 4_294_967_295],
  ['end', '4294967295999', 4_294_967_295_999],
  ['end', '100000000000', 100_000_000_000],
  ['srcaddr', '10.0.0.1', '10.0.0.1'],
  ['pkt-dstaddr', '2001:db8::1', '2001:db8::1'],
  ['account-id', '123456789010', '123456789010'],
  ['from-the-future', '7', '7'],
  ['srcport', '-', null],
  ['srcaddr', '-', null],
  ['vpc-id', '-', null],
  ['start', '-', null],
])('%s %s is %j', (field, text, value) => {
  expect(read(field, text)).toEqual([value, undefined]);
});

describe('an invalid value is described unchanged, with the reason', () => {
  test.each([
    ['srcport', '65536'],
    ['dstport', '65536'],
    ['protocol', '256'],
    ['tcp-flags', '256'],
    ['packets', '18446744073709551616'],
    ['bytes', '18446744073709551616'],
    ['version', '18446744073709551616'],
    ['traffic-path', '18446744073709551616'],
    ['packets-lost-no-route', '18446744073709551616'],
    ['packets-lost-blackhole', '18446744073709551616'],
    ['packets-lost-mtu-exceeded', '18446744073709551616'],
    ['packets-lost-ttl-expired', '18446744073709551616'],
    ['srcport', '-1'],
    ['srcport', '1x'],
    ['srcport', 'x1'],
    ['srcport', '1.5'],
  ])('%s %s is no number', (field, text) => {
    expect(read(field, text)).toEqual([text, `${field} is "${text}", not a number that fits`]);
  });

  test.each([
    ['start', '4294967296'],
    ['start', '99999999999'],
    ['end', '4294967296000'],
    ['end', 'now'],
  ])('%s %s is no time', (field, text) => {
    expect(read(field, text)).toEqual([text, `${field} is "${text}", not a time in seconds`]);
  });

  test.each([
    ['srcaddr', '10.0.0'],
    ['dstaddr', '10.0.0.256'],
    ['pkt-srcaddr', 'fe80::1%eth0'],
    ['pkt-dstaddr', 'localhost'],
  ])('%s %s is no address', (field, text) => {
    expect(read(field, text)).toEqual([text, `${field} is "${text}", not an address`]);
  });
});

test('all faults of a line are described', () => {
  const { fields, reason } = describeLine(' x  70000 ', ['srcaddr', 'srcport', 'dstport']);
  expect(fields).toEqual({ srcaddr: 'x', srcport: '70000' });
  expect(reason).toBe(
    '2 values, the format has 3; srcaddr is "x", not an address; srcport is "70000", not a number that fits',
  );
});

test('values without a field are counted but not described', () => {
  expect(describeLine('1 2', ['srcport'])).toEqual({
    fields: { srcport: 1 },
    reason: '2 values, the format has 1',
  });
  expect(describeLine('1', ['srcport', 'dstport']).reason).toBe('1 value, the format has 2');
});

test('a line that was not kept is described by its length', () => {
  expect(describeLine('', ['srcport'])).toEqual({
    fields: {},
    reason: 'longer than any line there can be',
  });
});

test.each([
  ['protocol', '000000000012'],
  ['protocol', '012'],
  ['srcaddr', '01.2.3.4'],
  ['srcaddr', '::ffff:1.2.3.4'],
  ['traffic-path', '9'.repeat(23)],
  ['version', '18446744073709551615'],
  ['version', '0'.repeat(40)],
  ['start', '000000001795338000'],
  ['bytes', `${'0'.repeat(30)}18446744073709551616`],
  ['vpc-id', 'é'],
])('exactly the lines that are malformed for the parser have a reason: %s %s', (field, value) => {
  const parser = new FlowLogParser({ format: [field, 'log-status'] });
  parser.write(Buffer.from(`${value} OK\n`));
  const { reason } = describeLine(`${value} OK`, [field, 'log-status']);
  expect(reason !== undefined).toBe(parser.counts.malformed === 1);
});
