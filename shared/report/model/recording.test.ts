import { expect, test } from '@jest/globals';
import { NO_TIME } from '../../flow/record.ts';
import { meteredOf, recordingPart } from './recording.ts';

const AT = (time: string) => Date.parse(`2026-11-22T${time}Z`);
const recorded = { spikeAt: AT('10:14:00'), startedAt: AT('10:14:30'), endedAt: AT('10:30:00') };
/** 60 bytes in each minute from 10:12 on: one a second. */
const metered = {
  periodSeconds: 60,
  points: Array.from({ length: 20 }, (_, minute) => ({
    time: AT('10:12:00') / 1000 + 60 * minute,
    bytes: 60,
  })),
};
const first = AT('10:19:45') / 1000;

test('what is missing is what was metered from the alarm to the first packet', () => {
  expect(recordingPart(recorded, first, metered)).toEqual({
    alarmAt: '2026-11-22T10:14:00.000Z',
    madeAt: '2026-11-22T10:14:30.000Z',
    endedAt: '2026-11-22T10:30:00.000Z',
    linesBegan: '2026-11-22T10:19:45.000Z',
    missing: { seconds: 345, bytes: 345 },
    deliveryError: undefined,
    fromErrors: 0,
  });
});

test('of a recording by hand it is from the creation of the flow log on', () => {
  const byHand = recordingPart({ ...recorded, spikeAt: undefined }, first, metered);
  expect(byHand).toMatchObject({ alarmAt: undefined, missing: { seconds: 315, bytes: 315 } });
});

test('without a packet it is everything until the end', () => {
  const { linesBegan, missing } = recordingPart(recorded, undefined, metered);
  expect({ linesBegan, missing }).toEqual({
    linesBegan: undefined,
    missing: { seconds: 960, bytes: 960 },
  });
});

test('a window that begins before the alarm leaves nothing missing', () => {
  const { missing } = recordingPart(recorded, AT('10:13:40') / 1000, metered);
  expect(missing).toEqual({ seconds: 0, bytes: 0 });
});

test('when CloudWatch does not answer the seconds are known and the bytes are not', () => {
  const { missing } = recordingPart(recorded, first, undefined);
  expect(missing).toEqual({ seconds: 345, bytes: undefined });
});

test('an alarm whose clock is ahead of the flow log does not shorten the recording', () => {
  const ahead = { ...recorded, spikeAt: AT('10:14:50') };
  expect(recordingPart(ahead, undefined, metered).missing.seconds).toBe(930);
});

test.each([
  ['by their part', 0, 930],
  ['by their part', 930, 930],
  ['by more, when more was recorded', 940, 940],
  ['whole at most', 970, 960],
])('minutes at the edges count %s: of %d recorded bytes', (_, bytes, expected) => {
  const byHand = { ...recorded, spikeAt: undefined };
  expect(meteredOf(byHand, metered, { bytes, start: NO_TIME, end: NO_TIME })).toBe(expected);
});

test('windows around the recording do not count for it, unless they hold more than all', () => {
  const windows = { start: AT('10:13:50') / 1000, end: AT('10:30:10') / 1000 };
  expect(meteredOf(recorded, metered, { ...windows, bytes: 960 })).toBe(960);
  expect(meteredOf(recorded, metered, { ...windows, bytes: 990 })).toBe(990);
  expect(meteredOf(recorded, metered, { ...windows, bytes: 2000 })).toBe(960 + 2 * 60);
});
