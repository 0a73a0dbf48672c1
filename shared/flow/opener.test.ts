import { expect, test } from '@jest/globals';
import { readFlow } from '../../tests/support/read-flow.ts';
import { DESTINATION, NOT_TOLD, openerOf, SOURCE } from './opener.ts';

test.each([
  ['a SYN', '443 40000 2', SOURCE],
  ['a SYN, and the end', '443 40000 3', SOURCE],
  ['the answer to one', '40000 443 18', DESTINATION],
  ['the answer, and the end', '40000 443 19', DESTINATION],
  ['a system port at the destination', '1024 1023 0', SOURCE],
  ['a system port at the source', '443 5000 0', DESTINATION],
  ['an ephemeral port at the source', '32768 32767 0', SOURCE],
  ['an ephemeral port at the destination', '8080 60999 -', DESTINATION],
  ['two system ports', '500 123 0', NOT_TOLD],
  ['two user ports', '5000 6000 0', NOT_TOLD],
  ['two ephemeral ports', '40000 50000 1', NOT_TOLD],
  ['no port at one end', '0 443 0', NOT_TOLD],
  ['no ports', '- - -', NOT_TOLD],
])('%s tells who opened', (_, values, expected) => {
  const line = `10.0.0.1 10.0.0.2 ${values}`;
  expect(openerOf(readFlow('srcaddr dstaddr srcport dstport tcp-flags', line))).toBe(expected);
});
