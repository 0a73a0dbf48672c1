import { expect, test } from '@jest/globals';
import { isPrivate, isPrivateHost } from './private-addresses.ts';
import { Address } from './record.ts';

/** The first and last address of each range, and their neighbours outside it. */
const BORDERS: [string, boolean][] = [
  ['9.255.255.255', false],
  ['10.0.0.0', true],
  ['10.255.255.255', true],
  ['11.0.0.0', false],
  ['100.63.255.255', false],
  ['100.64.0.0', true],
  ['100.127.255.255', true],
  ['100.128.0.0', false],
  ['172.15.255.255', false],
  ['172.16.0.0', true],
  ['172.31.255.255', true],
  ['172.32.0.0', false],
  ['192.167.255.255', false],
  ['192.168.0.0', true],
  ['192.168.255.255', true],
  ['192.169.0.0', false],
  ['0.0.0.0', false],
  ['255.255.255.255', false],
];

test.each(BORDERS)('%s is private: %s', (text, expected) => {
  const address = new Address();
  address.family = 4;
  address.w0 = Buffer.from(text.split('.').map(Number)).readInt32BE();
  expect(isPrivate(address)).toBe(expected);
  expect(isPrivateHost(text)).toBe(expected);
});

test.each([
  ['fbff::', 0xfbff0000, false],
  ['fc00::', 0xfc000000, true],
  ['fdff:ffff::', 0xfdffffff, true],
  ['fe00::', 0xfe000000, false],
  ['a00::', 0x0a000000, false],
])('%s is private: %s', (text, word, expected) => {
  const address = new Address();
  address.family = 6;
  address.w0 = word | 0;
  expect(isPrivate(address)).toBe(expected);
  expect(isPrivateHost(text)).toBe(expected);
});

test('an absent address and a host name are not known to be private', () => {
  expect(isPrivate(new Address())).toBe(false);
  expect(isPrivateHost('collector.internal')).toBe(false);
});
