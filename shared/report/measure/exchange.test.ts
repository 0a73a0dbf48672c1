import { expect, test } from '@jest/globals';
import { putAddress } from '../../flow/address-key.ts';
import { addressText } from './exchange.ts';

test('IPv6 addresses are in canonical text (RFC 5952)', () => {
  const key = new Int32Array(5);
  putAddress(key, 0, { family: 6, w0: 0x20010db8, w1: 0, w2: 0, w3: 1 });
  expect(addressText(key, 0)).toBe('2001:db8::1');
  putAddress(key, 0, { family: 4, w0: (192 << 24) | 1, w1: 9, w2: 9, w3: 9 });
  expect(addressText(key, 0)).toBe('192.0.0.1');
});
