import { expect, test } from '@jest/globals';
import { Address } from '../flow/record.ts';
import { AddressNumbers } from './address-numbers.ts';

const MANY = 600_000;
/** Neighbouring slots that are looked at one after the other would take minutes. */
const LIMIT_MS = 20_000;

test(
  'addresses in a row are told apart and found at once, many of them too',
  () => {
    const numbers = new AddressNumbers(10);
    const address = Object.assign(new Address(), { family: 4 });
    for (let index = 0; index < MANY; index++) {
      address.w0 = (0x0a00_0000 + 3 * index) | 0;
      numbers.add(address);
    }
    expect(numbers.size).toBe(MANY);
    let wrong = 0;
    for (let index = 0; index < MANY; index++) {
      address.w0 = (0x0a00_0000 + 3 * index) | 0;
      if (numbers.find(address) !== index + 1) wrong++;
      address.w0++;
      if (index % 10 === 0 && numbers.find(address) !== 0) wrong++;
    }
    expect(wrong).toBe(0);
  },
  LIMIT_MS,
);

test('an IPv6 address is not the IPv4 address of the same words', () => {
  const numbers = new AddressNumbers(10);
  const v4 = Object.assign(new Address(), { family: 4, w0: 1 });
  const v6 = Object.assign(new Address(), { family: 6, w0: 1 });
  expect([numbers.add(v4), numbers.add(v6), numbers.add(v4)]).toEqual([1, 2, 1]);
  expect([numbers.find(v4), numbers.find(v6)]).toEqual([1, 2]);
});
