import { expect, test } from '@jest/globals';
import {
  flowLog,
  ID,
  MINUTE,
  NOW,
  RULES,
  raised,
  recording,
  SWEEP,
  saved,
  sent,
  starting,
  stopping,
  watch,
} from '../../tests/controller/sample-watch.ts';
import { decide } from './decide.ts';
import { stopTime } from './recording.ts';
import type { Action, Delivery, Recording, Watch, WatchEvent } from './watch.ts';

const WAIT = 15 * MINUTE;
const TIME = 15 * MINUTE;
const rules = { ...RULES, firstLinesWait: WAIT };
/** Created a minute ago, and AWS has not said anything of its lines yet. */
const waiting: Recording = {
  ...recording,
  startedAt: NOW - MINUTE,
  time: TIME,
  deadline: NOW - MINUTE + WAIT + TIME,
};
const CALM = { state: 'OK', since: NOW } as const;
const SUCCESS: Delivery = { status: 'SUCCESS' };
const FAILED: Delivery = { status: 'FAILED', error: 'Access error' };

function decided(
  current: Recording,
  { delivery, ...change }: Partial<Watch> & { readonly delivery?: Delivery } = {},
  event: WatchEvent = SWEEP,
): Action[] {
  const flowLogs = [{ ...flowLog('fl-1'), delivery }];
  const known = watch({ recording: current, counted: 3 }, { flowLogs, rules, ...change });
  return decide(known, event, NOW);
}

const arms = (actions: readonly Action[]) =>
  actions.flatMap((action) => (action.do === 'arm' || action.do === 'look' ? [action] : []));

test('the stop of a new recording is armed for the longest wait and its time, and counts from then', () => {
  const actions = decide(watch({}, { rules }), SWEEP, NOW);
  const { id = '' } = saved(actions)?.recording ?? {};
  expect(saved(actions)?.recording).toMatchObject({ time: TIME, deadline: NOW + WAIT + TIME });
  expect(actions.slice(1)).toEqual([
    { do: 'arm', recordingId: id, at: NOW + WAIT + TIME },
    { do: 'create', recordingId: id },
  ]);
});

test('once the flow log is created AWS is asked in a minute whether lines have come', () => {
  const created = { kind: 'created', recordingId: ID, flowLogIds: ['fl-1'] } as const;
  const actions = decided(starting, {}, created);
  expect(arms(actions)).toEqual([{ do: 'look', recordingId: ID, at: NOW + MINUTE }]);
});

test('lines that came before the creation was heard of start the time, and bring the stop forward', () => {
  const created = { kind: 'created', recordingId: ID, flowLogIds: ['fl-1'] } as const;
  const late = { ...starting, time: TIME, deadline: NOW + WAIT + TIME };
  const actions = decided(late, { delivery: SUCCESS }, created);
  expect(saved(actions)?.recording).toMatchObject({ linesSeenAt: NOW, deadline: NOW + TIME });
  expect(arms(actions)).toEqual([{ do: 'arm', recordingId: ID, at: NOW + TIME }]);
  const failed = decided(late, { delivery: FAILED }, created);
  expect(saved(failed)?.recording?.deliveryError).toBe('Access error');
});

test('the wait begins when the flow log was created, although that is heard of later', () => {
  const created = { kind: 'created', recordingId: ID, flowLogIds: ['fl-1'] } as const;
  const flowLogs = [{ ...flowLog('fl-1'), createdAt: NOW - WAIT }, flowLog('fl-2', 'another')];
  const actions = decided(starting, { flowLogs }, created);
  expect(saved(actions)?.recording?.startedAt).toBe(NOW - WAIT);
  expect(arms(actions)).toEqual([]);
});

test('a recording without lines is not over with its spike: it is looked at again, and its stop moves', () => {
  const actions = decided(waiting, { alarm: CALM });
  expect(actions).toEqual([
    { do: 'arm', recordingId: ID, at: NOW - MINUTE + WAIT + 2 * MINUTE },
    { do: 'look', recordingId: ID, at: NOW + MINUTE },
  ]);
});

test('from its first lines on it goes on for its time, and for the minimum after OK', () => {
  const lasting = decided(waiting, { delivery: SUCCESS });
  expect(saved(lasting)?.recording).toMatchObject({ linesSeenAt: NOW, deadline: NOW + TIME });
  expect(arms(lasting)).toEqual([{ do: 'arm', recordingId: ID, at: NOW + TIME }]);
  const calm = decided(waiting, { delivery: SUCCESS, alarm: CALM });
  expect(arms(calm)).toEqual([{ do: 'arm', recordingId: ID, at: NOW + 2 * MINUTE }]);
});

test('lines that are seen late do not move the latest end', () => {
  const deadline = NOW + MINUTE;
  const actions = decided({ ...waiting, deadline }, { delivery: SUCCESS });
  expect(saved(actions)?.recording?.deadline).toBe(deadline);
});

test('a recording of an older release keeps its end', () => {
  const { time: _, ...old } = waiting;
  const actions = decided(old, { delivery: SUCCESS });
  expect(saved(actions)?.recording?.deadline).toBe(waiting.deadline);
});

test('lines are seen once', () => {
  const seen = { ...waiting, linesSeenAt: NOW - 1 };
  expect(saved(decided(seen, { delivery: SUCCESS }))).toBeUndefined();
});

test.each<[string, Partial<Recording>, number]>([
  ['the longest wait and the minimum', {}, NOW - MINUTE + WAIT + 2 * MINUTE],
  [
    'the longest wait, although lines came after it, and the minimum',
    { startedAt: NOW - WAIT - 5, linesSeenAt: NOW + 9 * MINUTE },
    NOW + 2 * MINUTE,
  ],
  ['the minimum after lines', { linesSeenAt: NOW - 5 }, NOW + 2 * MINUTE],
  ['its latest end', { deadline: NOW + 3 }, NOW + 3],
])('after its spike a recording stops at %s', (_, times, at) => {
  const current = { ...waiting, ...times };
  expect(stopTime(watch({ recording: current }, { alarm: CALM, rules }), current)).toBe(at);
});

test('after the longest wait a recording without lines ends with its spike, and AWS is not asked again', () => {
  const startedAt = NOW - WAIT;
  expect(arms(decided({ ...waiting, startedAt }))).toEqual([
    { do: 'arm', recordingId: ID, at: waiting.deadline },
  ]);
  const calm = { alarm: { state: 'OK', since: NOW - 5 * MINUTE } } as const;
  const over = decided({ ...waiting, startedAt: startedAt - 2 * MINUTE }, calm);
  expect(saved(over)?.recording).toMatchObject({ phase: 'stopping', ending: 'ok' });
});

test('a stop by hand waits for nothing', () => {
  const actions = decided(waiting, { delivery: SUCCESS }, { kind: 'stop' });
  expect(saved(actions)?.recording).toMatchObject({ ending: 'manual', linesSeenAt: NOW });
});

test('an error of delivery is notified once, and the recording goes on: AWS may yet deliver', () => {
  const actions = decided(waiting, { delivery: FAILED });
  const { recording: known } = saved(actions) ?? {};
  expect(known).toMatchObject({ phase: 'recording', deliveryError: 'Access error' });
  expect(sent(actions)).toEqual([
    { kind: 'failed', doing: 'deliver', recordingId: ID, reason: 'Access error' },
  ]);
  expect(sent(decided(known ?? waiting, { delivery: FAILED }))).toEqual([]);
});

test('an error without a message is one', () => {
  const actions = decided(waiting, { delivery: { status: 'FAILED' } });
  expect(sent(actions)).toMatchObject([{ reason: 'AWS gives no reason' }]);
});

test('what AWS says of the flow log of another recording does not count', () => {
  const flowLogs = [flowLog('fl-1'), { ...flowLog('fl-2', 'another'), delivery: SUCCESS }];
  const known = watch({ recording: waiting, ended: ['another'] }, { flowLogs, rules });
  expect(saved(decide(known, { kind: 'timer', recordingId: ID }, NOW))).toBeUndefined();
});

test.each<[string, Partial<Recording>, number, number]>([
  ['that AWS could not deliver does not count', { deliveryError: 'Access error' }, 3, 2],
  ['after a reset does not count below 0', { deliveryError: 'Access error' }, 0, 0],
  ['that had lines before counts', { deliveryError: 'x', linesSeenAt: NOW }, 3, 3],
  ['of which AWS said nothing counts', {}, 3, 3],
])('a recording %s', (_, delivery, counted, after) => {
  const over = { ...stopping, ...delivery };
  const known = watch({ recording: over, counted, capNotified: 10 });
  const actions = decide(known, { kind: 'deleted', recordingId: ID }, NOW);
  const isCounted = counted === after && counted > 0;
  expect(saved(actions)).toMatchObject({ counted: after });
  expect(saved(actions)?.capNotified).toBe(isCounted ? 10 : undefined);
  expect(sent(actions)).toMatchObject([{ kind: 'finished', counted: after }]);
});

test('a recording by hand records as long as it was asked to, from its first lines on', () => {
  const start = { kind: 'start', minutes: 5 } as const;
  const actions = decide(watch({}, { rules, alarm: raised }), start, NOW);
  expect(saved(actions)?.recording).toMatchObject({
    time: 5 * MINUTE,
    deadline: NOW + WAIT + 5 * MINUTE,
  });
});
