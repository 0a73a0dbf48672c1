import { expect, test } from '@jest/globals';
import { aboutDollars, bitRate, dollars, duration, size } from './units.ts';

test.each([
  [size(0), '0 B'],
  [size(1023), '1,023 B'],
  [size(1536), '1.50 KiB'],
  [size(2 ** 40), '1,024.00 GiB'],
  [duration(59), '59 s'],
  [duration(850), '14 min 10 s'],
  [duration(11_100), '3 h 5 min'],
  [duration(200_000), '2 d 7 h'],
  [bitRate(44_667_659_878, 850), '420 Mbit/s'],
  [bitRate(1, 8), '1 bit/s'],
  [dollars(1.872), '$1.87'],
  [dollars(0.0028), '$0.0028'],
  [dollars(0.9951), '$1.00'],
  [dollars(0.0999), '$0.10'],
  [dollars(0.000042), '$0.000042'],
  [dollars(1e-8), '<$0.000001'],
  [aboutDollars(1e-8), 'less than $0.000001'],
  [aboutDollars(0.31), 'about $0.31'],
  [dollars(0), '$0.00'],
  [dollars(-1e-17), '$0.00'],
  [dollars(null), '–'],
  [size(0.1 * 2 ** 30), '0.10 GiB'],
  [size(102 * 2 ** 20), '102.00 MiB'],
  [dollars(1234.5), '$1,234.50'],
])('%s', (said, expected) => {
  expect(said).toBe(expected);
});
