import { expect, test } from '@jest/globals';
import { readSpike } from './spike-reason.ts';

const whole = { period: 300, recentDatapoints: [5, 10], threshold: 20 };

test.each<[object, object]>([
  [whole, { now: 2, threshold: 4 }],
  [
    { ...whole, period: 60 },
    { now: 10, threshold: 20 },
  ],
  [
    { ...whole, period: undefined },
    { now: 10, threshold: 20 },
  ],
  [
    { ...whole, threshold: undefined, recentUpperThresholds: [40, 50] },
    { now: 2, threshold: 10 },
  ],
  [
    { ...whole, recentUpperThresholds: [50] },
    { now: 2, threshold: 4 },
  ],
])('reason data %j say a spike per minute of %j', (data, spike) => {
  expect(readSpike(JSON.stringify(data))).toMatchObject(spike);
});

test.each([
  [whole, 300],
  [{ ...whole, period: undefined }, 60],
])('reason data %j say that the period has %d seconds', (data, period) => {
  expect(readSpike(JSON.stringify(data))?.period).toBe(period);
});

test.each<[unknown]>([
  [{ ...whole, recentDatapoints: undefined }],
  [{ ...whole, recentDatapoints: [] }],
  [{ ...whole, recentDatapoints: ['a'] }],
  [{ ...whole, threshold: undefined }],
  [{ ...whole, threshold: 'a' }],
  [{ ...whole, period: 'a' }],
  [{}],
  [null],
])('reason data %j say no spike', (data) => {
  expect(readSpike(JSON.stringify(data))).toBeUndefined();
});

test.each([undefined, '', '{'])('invalid reason data has no spike: %j', (text) => {
  expect(readSpike(text)).toBeUndefined();
});
