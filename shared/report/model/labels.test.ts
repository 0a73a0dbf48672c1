import { expect, test } from '@jest/globals';
import { portName } from './labels.ts';

test.each([
  [portName({ port: 443, protocol: 6 }), '443'],
  [portName({ port: 53, protocol: 17 }), '53/UDP'],
  [portName({ port: 0, protocol: 1 }), 'ICMP'],
  [portName({ port: 0, protocol: 0 }), '-'],
])('a port is called %s', (name, expected) => {
  expect(name).toBe(expected);
});
