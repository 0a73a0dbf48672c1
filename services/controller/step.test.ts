import { expect, test } from '@jest/globals';
import {
  flowLog,
  NOW,
  RULES,
  raised,
  SWEEP,
  saved,
  sent,
  watch,
} from '../../tests/controller/sample-watch.ts';
import { decide } from './decide.ts';
import { NEW_STATE, type Notification, notificationKey, type WatchEvent } from './watch.ts';

const notification = (spikeAt: number): Notification => ({ kind: 'capped', spikeAt, cap: 1 });
const handledUpTo = { handledUpTo: raised.since };
const LEASE = 120_000;

test.each([
  [LEASE - 1, []],
  [LEASE, [notification(1)]],
])('a mail that was claimed %i ms ago: what is sent is %j', (age, notifications) => {
  const outbox = [{ notification: notification(1), claimedAt: NOW - age }];
  const actions = decide(watch({ ...handledUpTo, outbox }), SWEEP, NOW);
  expect(sent(actions)).toEqual(notifications);
  expect(saved(actions)?.outbox).toEqual(
    notifications.length > 0 ? [{ notification: notification(1), claimedAt: NOW }] : undefined,
  );
});

test('a late mail is sent before a new one, and the claimed ones stay', () => {
  const outbox = [
    { notification: notification(1), claimedAt: NOW - LEASE },
    { notification: notification(2), claimedAt: NOW - 1 },
  ];
  const capped = { counted: RULES.numOfRecordings, outbox };
  const actions = decide(watch(capped), SWEEP, NOW);
  const news = { kind: 'capped', spikeAt: raised.since, cap: RULES.numOfRecordings };
  expect(sent(actions)).toEqual([notification(1), news]);
  expect(saved(actions)?.outbox).toEqual([
    { notification: notification(2), claimedAt: NOW - 1 },
    { notification: notification(1), claimedAt: NOW },
    { notification: news, claimedAt: NOW },
  ]);
});

test('the newest forty mails of the outbox are kept', () => {
  const outbox = Array.from({ length: 40 }, (_, index) => ({
    notification: notification(index),
    claimedAt: NOW,
  }));
  const state = saved(decide(watch({ counted: RULES.numOfRecordings, outbox }), SWEEP, NOW));
  expect(state?.outbox).toHaveLength(40);
  expect(state?.outbox.slice(0, 39)).toEqual(outbox.slice(1));
});

test('only the mail that was sent is removed from the item', () => {
  const outbox = [1, 2].map((spikeAt) => ({ notification: notification(spikeAt), claimedAt: NOW }));
  expect(decide(watch({ outbox }), { kind: 'sent', notification: notification(1) }, NOW)).toEqual([
    { do: 'save', state: { ...NEW_STATE, recording: undefined, outbox: outbox.slice(1) } },
  ]);
});

test('reset sets the count to 0, and the cap is notified again', () => {
  const actions = decide(
    watch({ counted: 9, capNotified: 10, ...handledUpTo }),
    { kind: 'reset' },
    NOW,
  );
  expect(actions).toEqual([
    { do: 'save', state: { ...NEW_STATE, ...handledUpTo, counted: 0, capNotified: undefined } },
  ]);
});

test.each<[WatchEvent['kind'], boolean, boolean | undefined]>([
  ['open', true, false],
  ['open', false, undefined],
  ['close', false, true],
])('%s when closed is %p', (kind, closed, after) => {
  const event = { kind } as WatchEvent;
  expect(saved(decide(watch({ closed }), event, NOW))?.closed).toBe(after);
});

test('the cap is notified once for each number of recordings', () => {
  const used = { counted: 12, capNotified: 10 };
  expect(decide(watch(used), SWEEP, NOW)).toEqual([]);
  const raisedCap = { rules: { ...RULES, numOfRecordings: 12 } };
  const actions = decide(watch(used, raisedCap), SWEEP, NOW);
  expect(sent(actions)).toEqual([{ kind: 'capped', spikeAt: raised.since, cap: 12 }]);
  expect(saved(actions)?.capNotified).toBe(12);
});

test('orphans are deleted and notified once, and each of their recordings is counted once', () => {
  const flowLogs = [
    flowLog('fl-1', 'a'),
    flowLog('fl-2', 'a'),
    flowLog('fl-3', 'b'),
    flowLog('fl-4', 'old'),
  ];
  const state = { counted: 1, ended: ['old'], ...handledUpTo };
  const actions = decide(watch(state, { flowLogs }), SWEEP, NOW);
  const orphaned: Notification = {
    kind: 'orphaned',
    flowLogIds: ['fl-1', 'fl-2', 'fl-3'],
    counted: 3,
  };
  expect(saved(actions)).toMatchObject({ counted: 3, ended: ['a', 'b', 'old'] });
  expect(actions.slice(1)).toEqual([
    { do: 'deleteFlowLogs', flowLogIds: ['fl-1', 'fl-2', 'fl-3', 'fl-4'] },
    { do: 'send', notification: orphaned },
  ]);
});

test('leftover flow logs of a counted recording are deleted without a notification', () => {
  const state = { ended: ['old'], ...handledUpTo };
  expect(decide(watch(state, { flowLogs: [flowLog('fl-4', 'old')] }), SWEEP, NOW)).toEqual([
    { do: 'deleteFlowLogs', flowLogIds: ['fl-4'] },
  ]);
});

test.each<[boolean, WatchEvent]>([
  [true, { kind: 'alarm', alarm: raised }],
  [true, SWEEP],
  [true, { kind: 'start' }],
  [true, { kind: 'close' }],
  [false, { kind: 'timer', recordingId: 'a' }],
  [false, { kind: 'stop' }],
  [false, { kind: 'reset' }],
  [false, { kind: 'open' }],
  [false, { kind: 'created', recordingId: 'a', flowLogIds: ['fl-1'] }],
  [false, { kind: 'failed', doing: 'stop', recordingId: 'a', reason: 'no', refused: true }],
  [false, { kind: 'deleted', recordingId: 'a' }],
  [false, { kind: 'sent', notification: notification(1) }],
])('orphans are deleted only where AWS was just asked for them: %s for %j', (isDeleted, event) => {
  const actions = decide(watch(handledUpTo, { flowLogs: [flowLog('fl-1', 'a')] }), event, NOW);
  const deletion = { do: 'deleteFlowLogs', flowLogIds: ['fl-1'] };
  expect(actions.filter((action) => action.do === 'deleteFlowLogs')).toEqual(
    isDeleted ? [deletion] : [],
  );
});

test('an orphan that uses up the last recording leaves none for the spike', () => {
  const state = { counted: RULES.numOfRecordings - 1 };
  const actions = decide(watch(state, { flowLogs: [flowLog('fl-1', 'a')] }), SWEEP, NOW);
  expect(sent(actions).map(({ kind }) => kind)).toEqual(['orphaned', 'capped']);
  expect(saved(actions)?.recording).toBeUndefined();
});

test.each<[string, boolean, number, string]>([
  ['the stack is being deleted', true, 0, 'the stack is being deleted'],
  ['all are used up', false, 10, 'all 10 recordings are used up'],
])('a start by hand is refused when %s', (_, closed, counted, reason) => {
  expect(decide(watch({ closed, counted }), { kind: 'start' }, NOW)).toEqual([
    { do: 'refuse', reason },
  ]);
});

test('notifications have different keys', () => {
  const recording = { id: 'r', phase: 'stopping', cause: 'manual', flowLogIds: [] } as const;
  const notifications: Notification[] = [
    { kind: 'started', recording, counted: 1 },
    { kind: 'finished', recording, counted: 1 },
    { kind: 'failed', doing: 'start', recordingId: 'r', reason: '' },
    { kind: 'failed', doing: 'stop', recordingId: 'r', reason: '' },
    { kind: 'capped', spikeAt: 1, cap: 2 },
    { kind: 'orphaned', flowLogIds: ['fl-1', 'fl-2'], counted: 1 },
  ];
  expect(notifications.map(notificationKey)).toEqual([
    ...['started r', 'finished r', 'failed start r', 'failed stop r', 'capped 2 1'],
    'orphaned fl-1 fl-2',
  ]);
});
