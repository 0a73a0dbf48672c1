import { expect, test } from '@jest/globals';
import {
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
import {
  NEW_STATE,
  type Notification,
  type Recording,
  type State,
  type WatchEvent,
} from './watch.ts';

test('a spike starts a recording with its time, its reason, and an id of gateway, time and version', () => {
  const id = 'nat-0a-20261122T101400Z-7';
  const begun = {
    ...{ id, phase: 'starting', cause: 'alarm', spikeAt: raised.since, reasonData: '{}' },
    ...{ time: 15 * MINUTE, deadline: NOW + 15 * MINUTE, flowLogIds: [] },
  };
  const actions = decide(watch({}), SWEEP, NOW);
  expect(actions).toEqual([
    { do: 'save', state: { ...NEW_STATE, recording: begun } },
    { do: 'arm', recordingId: id, at: NOW + 15 * MINUTE },
    { do: 'create', recordingId: id },
  ]);
});

test('without a RecordingTime, no stop is armed', () => {
  const actions = decide(watch({}, { rules: { ...RULES, recordingTime: 0 } }), SWEEP, NOW);
  expect(saved(actions)?.recording?.deadline).toBeUndefined();
  expect(actions.slice(1)).toMatchObject([{ do: 'create' }]);
});

test('a recording is counted and notified when AWS has created its flow log', () => {
  const event = {
    kind: 'created',
    recordingId: ID,
    flowLogIds: ['fl-1'],
    gatewayName: 'egress',
  } as const;
  const going = { ...starting, phase: 'recording', flowLogIds: ['fl-1'], startedAt: NOW };
  const notification = { kind: 'started', recording: going, counted: 4 };
  expect(decide(watch({ recording: starting, counted: 3 }), event, NOW)).toEqual([
    {
      do: 'save',
      state: {
        ...NEW_STATE,
        ...{ recording: going, counted: 4, gatewayName: 'egress' },
        outbox: [{ notification, claimedAt: NOW }],
      },
    },
    { do: 'send', notification },
  ]);
});

test.each<[string, Recording | undefined]>([
  ['nothing', undefined],
  ['another recording', { ...starting, id: 'another' }],
  ['a recording that is being stopped', stopping],
])('a flow log that is made while the item has %s is deleted', (_name, current) => {
  const event = { kind: 'created', recordingId: ID, flowLogIds: ['fl-9'] } as const;
  const state = current && { recording: current };
  expect(decide(watch({ ...state }), event, NOW)).toEqual([
    { do: 'deleteRecordingFlowLogs', recordingId: ID, flowLogIds: ['fl-9'] },
  ]);
});

const failed = { kind: 'failed', recordingId: ID, reason: 'no' } as const;

test('a manual start that fails is given up with the reason, and not mailed', () => {
  const byHand: Recording = { ...starting, cause: 'manual' };
  for (const refused of [true, false]) {
    const actions = decide(
      watch({ recording: byHand }),
      { ...failed, doing: 'start', refused },
      NOW,
    );
    expect(saved(actions)?.recording).toMatchObject({ phase: 'stopping', ending: 'aborted' });
    expect(actions).toContainEqual({ do: 'refuse', reason: 'no' });
    expect(sent(actions)).toEqual([]);
  }
});

test.each<[string, Partial<State>, Notification[]]>([
  ['is notified', {}, [{ kind: 'failed', doing: 'start', recordingId: ID, reason: 'no' }]],
  ['is not notified again for the same spike', { failureNotified: raised.since }, []],
])('a start that AWS refuses %s', (_name, state, notifications) => {
  const event = { ...failed, doing: 'start', refused: true } as const;
  const actions = decide(watch({ recording: starting, ...state }), event, NOW);
  expect(sent(actions)).toEqual(notifications);
  expect(saved(actions)).toMatchObject({
    failureNotified: raised.since,
    recording: { ending: 'aborted' },
  });
});

test('a stop that fails is notified once', () => {
  const event = { ...failed, doing: 'stop', refused: false } as const;
  const actions = decide(watch({ recording: stopping }), event, NOW);
  expect(sent(actions)).toEqual([{ kind: 'failed', doing: 'stop', recordingId: ID, reason: 'no' }]);
  const told = saved(actions)?.recording;
  expect(told).toEqual({ ...stopping, stopFailureNotified: true });
  expect(decide(watch({ ...(told && { recording: told }) }), event, NOW)).toEqual([]);
});

test.each<WatchEvent>([
  { ...failed, doing: 'start', refused: true },
  { ...failed, doing: 'stop', refused: true },
  { kind: 'deleted', recordingId: ID },
  { kind: 'timer', recordingId: ID },
])('what became of another recording is no news: $kind $doing', (event) => {
  for (const phase of ['starting', 'recording', 'stopping'] as const) {
    expect(
      decide(watch({ recording: { ...recording, id: 'another', phase } }), event, NOW),
    ).toEqual([]);
  }
});
