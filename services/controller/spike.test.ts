import { expect, test } from '@jest/globals';
import { isNewSpike, isOver, isTimeUp, isUsedUp, newerAlarm, stopTime } from './recording.ts';
import { type Alarm, NEW_STATE, type Recording, type State, type Watch } from './watch.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 14);
const MINUTE = 60_000;
const MINIMUM = 2 * MINUTE;
const SPIKE_AT = NOW - 10 * MINUTE;

const recording: Recording = {
  id: 'r',
  phase: 'recording',
  cause: 'alarm',
  spikeAt: SPIKE_AT,
  startedAt: SPIKE_AT + 1000,
  deadline: NOW + 5 * MINUTE,
  flowLogIds: ['fl-1'],
};

function watch(alarm: Alarm | undefined, state: Partial<State> = {}, cap = 10): Watch {
  const rules = {
    recordingTime: 15 * MINUTE,
    minimumRecordingTime: MINIMUM,
    firstLinesWait: 0,
    numOfRecordings: cap,
  };
  const known = { ...NEW_STATE, ...state };
  return { gatewayId: 'nat-0a', version: 1, alarm, state: known, flowLogs: [], rules };
}

const at = (state: Alarm['state'], since: number): Alarm => ({ state, since });

test.each<[string, Alarm | undefined, number, boolean]>([
  ['an alarm that was never recorded', at('ALARM', SPIKE_AT), 0, true],
  ['an OK', at('OK', SPIKE_AT), 0, false],
  ['an alarm without data', at('INSUFFICIENT_DATA', SPIKE_AT), 0, false],
  ['no alarm at all', undefined, 0, false],
  ['the alarm that had its recording', at('ALARM', SPIKE_AT), SPIKE_AT, false],
  ['the same, rounded differently by a second', at('ALARM', SPIKE_AT + 1000), SPIKE_AT, false],
  ['the next one', at('ALARM', SPIKE_AT + 1001), SPIKE_AT, true],
])('%s: is it a new spike?', (_, alarm, handledUpTo, isNew) => {
  expect(isNewSpike(watch(alarm, { handledUpTo }))).toBe(isNew);
});

const OK_AT = NOW - MINUTE;

test.each<[string, Alarm | undefined, Partial<Recording>, number]>([
  ['at its deadline while the spike lasts', at('ALARM', SPIKE_AT), {}, NOW + 5 * MINUTE],
  ['never without a deadline', at('ALARM', SPIKE_AT), { deadline: undefined }, Infinity],
  ['the minimum after OK', at('OK', OK_AT), {}, OK_AT + MINIMUM],
  ['the minimum after data ended', at('INSUFFICIENT_DATA', OK_AT), {}, OK_AT + MINIMUM],
  [
    'the minimum after it began, when OK came before',
    at('OK', OK_AT),
    { startedAt: NOW },
    NOW + MINIMUM,
  ],
  ['the minimum after it began, without an alarm', undefined, {}, SPIKE_AT + 1000 + MINIMUM],
  ['at the latest at its deadline', at('OK', OK_AT), { deadline: NOW }, NOW],
  ['at its deadline, when an OK is older than the spike', at('OK', SPIKE_AT), {}, NOW + 5 * MINUTE],
  [
    'at its deadline by hand, whatever the alarm does',
    at('OK', OK_AT),
    { cause: 'manual' },
    NOW + 5 * MINUTE,
  ],
])('a recording stops %s', (_, alarm, change, time) => {
  expect(stopTime(watch(alarm), { ...recording, ...change })).toBe(time);
});

test.each<[string, Alarm, Partial<Recording>, boolean]>([
  ['a recording whose stop is now', at('OK', NOW - MINIMUM), {}, true],
  ['a recording whose stop is to come', at('OK', NOW - MINIMUM + 1), {}, false],
  ['a start whose spike is over, without a minimum', at('OK', NOW), { phase: 'starting' }, true],
  ['a start whose spike lasts', at('ALARM', SPIKE_AT), { phase: 'starting' }, false],
  ['a start whose time is up', at('ALARM', SPIKE_AT), { phase: 'starting', deadline: NOW }, true],
  [
    'a start by hand without an alarm',
    at('OK', NOW),
    { phase: 'starting', cause: 'manual' },
    false,
  ],
])('%s: is it over?', (_, alarm, change, over) => {
  expect(isOver(watch(alarm), { ...recording, ...change }, NOW)).toBe(over);
});

test.each([
  [NOW - 1, true],
  [NOW, true],
  [NOW + 1, false],
  [undefined, false],
])('a deadline of %p: is the time up?', (deadline, isUp) => {
  expect(isTimeUp({ ...recording, deadline }, NOW)).toBe(isUp);
});

test.each([
  ['a newer event', NOW, SPIKE_AT, NOW],
  ['an older event', SPIKE_AT, NOW, NOW],
  ['an event a minute ahead', NOW + MINUTE, SPIKE_AT, NOW + MINUTE],
  ['an event more than a minute ahead', NOW + MINUTE + 1, SPIKE_AT, SPIKE_AT],
])('of the alarm as read and %s the newer counts', (_, told, read, since) => {
  expect(newerAlarm(at('OK', read), at('ALARM', told), NOW)?.since).toBe(since);
});

test('of two states with the same time, the one that was read counts', () => {
  expect(newerAlarm(at('OK', NOW), at('ALARM', NOW), NOW)).toEqual(at('OK', NOW));
});

test('an event does not restore a deleted alarm', () => {
  expect(newerAlarm(undefined, at('ALARM', NOW), NOW)).toBeUndefined();
});

test.each([
  [9, 10, false],
  [10, 10, true],
  [11, 10, true],
  [0, 1, false],
  [1, 1, true],
  [99, 0, false],
])('%i counted of %i: are they used up?', (counted, cap, isUp) => {
  expect(isUsedUp(watch(undefined, { counted }, cap))).toBe(isUp);
});
