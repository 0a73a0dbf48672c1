import { expect, test } from '@jest/globals';
import { utcClock, utcMinute, utcSecond } from './utc.ts';

test.each([
  Date.UTC(2026, 10, 22, 10, 14, 30, 999),
  '2026-11-22T10:14:30.999Z',
  '2026-11-22T10:14:30Z',
])('%j in UTC to the second, to the minute, and as a time of day', (moment) => {
  expect([utcSecond(moment), utcMinute(moment), utcClock(moment)]).toEqual([
    '2026-11-22 10:14:30',
    '2026-11-22 10:14',
    '10:14:30',
  ]);
});
