import { BlockList, isIPv6 } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFlow } from '../../tests/support/read-flow.ts';
import { isPrivateLeg, isTranslated, isWanted, LEGS, type Legs, legByOwnAddress } from './legs.ts';
import { isPrivate } from './private-addresses.ts';
import { Address } from './record.ts';

function isPrivateText(text: string): boolean {
  return isPrivate(readFlow('srcaddr dstaddr', `${text} 10.0.0.1`).source);
}

describe('the address', () => {
  test.each([
    ['10.0.0.0', '10.255.255.255'],
    ['100.64.0.0', '100.127.255.255'],
    ['172.16.0.0', '172.31.255.255'],
    ['192.168.0.0', '192.168.255.255'],
    ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ])('%s is the first of a private network, %s the last', (first, last) => {
    expect([isPrivateText(first), isPrivateText(last)]).toEqual([true, true]);
  });

  test.each([
    ['9.255.255.255', '11.0.0.0'],
    ['100.63.255.255', '100.128.0.0'],
    ['172.15.255.255', '172.32.0.0'],
    ['192.167.255.255', '192.169.0.0'],
    ['fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fe00::'],
  ])('%s is the last before a private network, %s the first after it', (last, first) => {
    expect([isPrivateText(last), isPrivateText(first)]).toEqual([false, false]);
  });

  test.each([
    'a00::1',
    '6440::1',
    'ac10::1',
    'c0a8::1',
    '::ffff:10.0.0.1',
    '252.0.0.1',
    '253.1.1.1',
    '127.0.0.1',
    '169.254.0.1',
    'fe80::1',
  ])('%s is not private', (text) => {
    expect(isPrivateText(text)).toBe(false);
  });

  test('that is absent is not private', () => {
    expect(isPrivate(new Address())).toBe(false);
  });

  test('is private where a block list of RFC 1918, RFC 6598 and RFC 4193 says so', () => {
    const list = new BlockList();
    list.addSubnet('10.0.0.0', 8);
    list.addSubnet('172.16.0.0', 12);
    list.addSubnet('192.168.0.0', 16);
    list.addSubnet('100.64.0.0', 10);
    list.addSubnet('fc00::', 7, 'ipv6');
    const near = fc
      .tuple(fc.constantFrom(10, 100, 172, 192), fc.nat(255), fc.nat(65_535))
      .map(([a, b, cd]) => `${a}.${b}.${cd >> 8}.${cd & 255}`);
    const text = fc.oneof(fc.ipV4(), near, fc.ipV6());
    fc.assert(
      fc.property(text, (each) => {
        const expected = list.check(each, isIPv6(each) ? 'ipv6' : 'ipv4');
        expect([each, isPrivateText(each)]).toEqual([each, expected]);
      }),
    );
  });
});

const FORMAT = 'srcaddr dstaddr pkt-srcaddr pkt-dstaddr flow-direction interface-id resource-id';

describe('a line of a zonal gateway', () => {
  const leg = (addresses: string) => {
    const flow = readFlow(FORMAT, `${addresses} ingress eni-0a nat-0a`);
    return { isTranslated: isTranslated(flow), isPrivate: isPrivateLeg(flow) };
  };

  test.each([
    ['from the client', '10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5'],
    ['to the client', '10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5'],
    ['from the client, IPv6', 'fd00::5 fd00::220 fd00::5 64:ff9b::5'],
    ['to the client, IPv6', 'fd00::220 fd00::5 64:ff9b::5 fd00::5'],
  ])('%s is of the private leg: its addresses are not the packet’s', (_, addresses) => {
    expect(leg(addresses)).toEqual({ isTranslated: true, isPrivate: true });
  });

  test.each([
    ['to the Internet', '10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5'],
    ['from the Internet', '203.0.113.5 10.0.0.220 203.0.113.5 10.0.0.220'],
    ['without packet addresses', '10.0.1.5 203.0.113.5 - -'],
    ['to the Internet, IPv6', 'fd00::220 2001:db8::5 fd00::220 2001:db8::5'],
  ])('%s is of the public leg', (_, addresses) => {
    expect(leg(addresses)).toEqual({ isTranslated: false, isPrivate: false });
  });
});

describe('a line of a regional gateway', () => {
  const CLIENT = '10.0.1.5';
  const SERVER = '203.0.113.5';

  test.each([
    [`${CLIENT} ${SERVER} - -`, 'ingress', true],
    [`${SERVER} ${CLIENT} - -`, 'egress', true],
    [`${CLIENT} ${SERVER} - -`, 'egress', false],
    [`${SERVER} ${CLIENT} - -`, 'ingress', false],
    [`${CLIENT} ${SERVER} - -`, '-', false],
    [`${SERVER} ${CLIENT} - -`, '-', false],
    [`${CLIENT} 10.0.2.6 - -`, 'ingress', false],
    [`${CLIENT} 10.0.2.6 - -`, 'egress', false],
    [`${SERVER} 198.51.100.7 - -`, 'ingress', false],
    [`${SERVER} 198.51.100.7 - -`, 'egress', false],
    ['fd00::5 2001:db8::5 - -', 'ingress', true],
    ['2001:db8::5 fd00::5 - -', 'egress', true],
    ['fd00::5 2001:db8::5 - -', 'egress', false],
    [`198.51.100.7 ${SERVER} ${CLIENT} ${SERVER}`, '-', true],
    [`${SERVER} 198.51.100.7 ${SERVER} ${CLIENT}`, '-', true],
  ])('%s %s is of the private leg: %s', (addresses, direction, expected) => {
    const flow = readFlow(FORMAT, `${addresses} ${direction} - nat-0a`);
    expect(isPrivateLeg(flow)).toBe(expected);
  });
});

const WANTED: [Legs, boolean, boolean][] = [
  ['all', true, true],
  ['private', true, false],
  ['public', false, true],
];

test.each(WANTED)(
  'of the legs "%s", the private line is wanted: %s, the public one: %s',
  (legs, one, other) => {
    const line = (addresses: string) => readFlow(FORMAT, `${addresses} ingress eni-0a nat-0a`);
    const privateLine = line('10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5');
    const publicLine = line('10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5');
    expect([isWanted(privateLine, legs), isWanted(publicLine, legs)]).toEqual([one, other]);
  },
);

test('only these legs exist', () => {
  expect(WANTED.map(([legs]) => legs)).toEqual([...LEGS]);
});

test.each([
  ['10.0.1.5 10.0.0.220 40000 443', 'private'],
  ['10.0.0.220 10.0.1.5 443 40000', 'private'],
  ['10.0.0.220 10.9.0.5 40000 443', 'public'],
  ['10.9.0.5 10.0.0.220 443 40000', 'public'],
  ['10.0.0.220 203.0.113.5 443 40000', 'public'],
  ['203.0.113.5 10.0.0.220 40000 443', 'public'],
  ['10.0.1.5 10.0.0.220 0 0', undefined],
])('at a gateway of the address 10.0.0.220, the leg of %s is %s', (line, leg) => {
  const own = readFlow('srcaddr dstaddr', '10.0.0.220 10.0.0.1').source;
  expect(legByOwnAddress(readFlow('srcaddr dstaddr srcport dstport', line), own)).toBe(leg);
});
