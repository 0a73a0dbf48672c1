import { expect, test } from '@jest/globals';
import { pricesOf } from '../../prices/prices.ts';
import { likelyEndpointsOf } from './likely-endpoints.ts';

const GIB = 2 ** 30;

/** What is likely when this service had so many GiB in so many seconds. */
function likely(service: string | null, gib: number, seconds: number, natPerGib = 0.045) {
  const bytes = gib * GIB;
  const row = { bytes, upload: 0, download: bytes, flows: 1, share: 1, cumulative: 1 };
  const rows = [{ ...row, service, advice: '', cost: gib * natPerGib }];
  return likelyEndpointsOf(rows, seconds, pricesOf('us-east-1', { natPerGib }));
}

test('an interface endpoint is worth a word from the rate on at which one pays', () => {
  expect(likely('AMAZON', 0.1, 600)).toMatchObject({
    bytes: 0.1 * GIB,
    gibPerHour: expect.closeTo(0.6, 9),
    breakEvenGibPerHour: expect.closeTo(0.01 / 0.035, 9),
    services: expect.arrayContaining(['CloudWatch Logs', 'ECR']),
  });
  expect(likely('AMAZON', 0.04, 600)).toBeUndefined();
});

test.each([
  ['of a service that is named', likely('EC2', 0.1, 600)],
  ['of what is not AWS', likely(null, 0.1, 600)],
  ['of less than five minutes', likely('AMAZON', 0.1, 299)],
  ['where no endpoint is cheaper than the gateway', likely('AMAZON', 0.1, 600, 0.01)],
])('it is not %s', (_, endpoints) => expect(endpoints).toBeUndefined());

test('it is not of bytes without a price', () => {
  const row = { bytes: GIB, upload: 0, download: GIB, flows: 1, share: 1, cumulative: 1 };
  const rows = [{ ...row, service: 'AMAZON', advice: '', cost: null }];
  expect(likelyEndpointsOf(rows, 600, pricesOf('us-east-1'))).toBeUndefined();
});
