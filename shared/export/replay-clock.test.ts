import { expect, test } from '@jest/globals';
import { FlowRecord, NO_TIME } from '../flow/record.ts';
import { ReplayClock, type ReplayClockOptions } from './replay-clock.ts';

const RECORDED = 1_700_000_000;

/** A clock, and the delays and times of flows on it. Seconds are relative to RECORDED. */
function replaying(options: ReplayClockOptions, ms = 1_800_000_000_000) {
  const clock = { ms };
  const replayClock = new ReplayClock({ ...options, now: () => clock.ms });
  const move = (start: number, end: number) => {
    const flow = new FlowRecord();
    flow.start = start === NO_TIME ? NO_TIME : RECORDED + start;
    flow.end = end === NO_TIME ? NO_TIME : RECORDED + end;
    replayClock.move(flow);
    return {
      start: flow.start,
      end: flow.end,
      isAhead: replayClock.isAhead,
      waitMs: replayClock.waitMs,
    };
  };
  return { clock, move };
}

test('with a speed, the first flow is due now and the others with their recorded delays', () => {
  const { clock, move } = replaying({ speed: 10 });
  expect(move(0, 60)).toEqual({ start: RECORDED, end: RECORDED + 60, isAhead: false, waitMs: 0 });
  expect(move(60, 120)).toMatchObject({ end: RECORDED + 120, isAhead: true, waitMs: 6000 });
  clock.ms += 6000;
  expect(move(60, 110)).toMatchObject({ isAhead: false });
  expect(move(60, 180)).toMatchObject({ isAhead: true, waitMs: 6000 });
});

test('shifted to now, the first flow ends now, and all flows keep their durations', () => {
  const { move } = replaying({ shiftsToNow: true });
  expect(move(0, 60)).toMatchObject({ start: 1_799_999_940, end: 1_800_000_000, isAhead: false });
  expect(move(50, 70)).toMatchObject({ start: 1_799_999_990, end: 1_800_000_010, isAhead: false });
  expect(move(10, 30)).toMatchObject({ start: 1_799_999_950, end: 1_799_999_970 });
});

test('shifted to now with a speed, every flow ends when it is due', () => {
  const { move } = replaying({ shiftsToNow: true, speed: 60 });
  move(0, 0);
  expect(move(3540, 3600)).toMatchObject({ start: 1_800_000_000, end: 1_800_000_060 });
});

test('a flow without times is due at once and gets no times', () => {
  const { move } = replaying({ shiftsToNow: true, speed: 1 });
  expect(move(NO_TIME, NO_TIME)).toMatchObject({ start: NO_TIME, end: NO_TIME, isAhead: false });
  expect(move(NO_TIME, 0)).toMatchObject({ start: NO_TIME, end: 1_800_000_000 });
  expect(move(10, NO_TIME)).toMatchObject({ start: 1_800_000_010, end: NO_TIME, waitMs: 10_000 });
});

test('a flow without times is due with the one before it', () => {
  const { move } = replaying({ speed: 1 });
  move(0, 0);
  expect(move(0, 10)).toMatchObject({ isAhead: true, waitMs: 10_000 });
  expect(move(NO_TIME, NO_TIME)).toMatchObject({ isAhead: true, waitMs: 10_000 });
});

test('a flow is ahead until the millisecond in which it is due', () => {
  const { clock, move } = replaying({ speed: 1 });
  move(0, 0);
  clock.ms += 9_999;
  expect(move(0, 10)).toMatchObject({ isAhead: true, waitMs: 1 });
  clock.ms += 1;
  expect(move(0, 10)).toMatchObject({ isAhead: false, waitMs: 0 });
});

test('without a speed, no flow is ahead and the clock has no rhythm', () => {
  const { move } = replaying({});
  move(0, 0);
  expect(move(0, 3600)).toMatchObject({ isAhead: false });
  const clocks = [new ReplayClock({}), new ReplayClock({ speed: 2 })];
  expect(clocks.map(({ hasRhythm }) => hasRhythm)).toEqual([false, true]);
});

test('shifted within a second, the first flow ends in the current second', () => {
  const { move } = replaying({ shiftsToNow: true }, 1_800_000_000_999);
  expect(move(0, 60)).toMatchObject({ start: 1_799_999_940, end: 1_800_000_000 });
});

test('shifted to an earlier time, no flow starts before 1970', () => {
  const { move } = replaying({ shiftsToNow: true }, 30_000);
  expect(move(0, 60)).toMatchObject({ start: 0, end: 60 });
  expect(move(0, NO_TIME)).toMatchObject({ start: 0, end: NO_TIME });
  expect(move(NO_TIME, 60)).toMatchObject({ start: NO_TIME, end: 30 });
});
