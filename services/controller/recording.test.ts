import { expect, test } from '@jest/globals';
import {
  flowLog,
  ID,
  MINUTE,
  NOW,
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
import { end, stopTime } from './recording.ts';
import {
  type Alarm,
  type Ending,
  NEW_STATE,
  type Notification,
  type Recording,
  type Watch,
  type WatchEvent,
} from './watch.ts';

test.each<[Ending, WatchEvent, Partial<Watch>]>([
  ['time', SWEEP, { state: { ...NEW_STATE, recording: { ...recording, deadline: NOW } } }],
  ['ok', SWEEP, { alarm: { state: 'OK', since: NOW - 2 * MINUTE } }],
  ['vanished', SWEEP, { flowLogs: [] }],
  ['manual', { kind: 'stop' }, {}],
  ['closed', { kind: 'close' }, {}],
])('a recording ends as "%s", and its spike is handledUpTo', (ending, event, change) => {
  const actions = decide(watch({ recording }, change), event, NOW);
  expect(saved(actions)).toMatchObject({
    recording: { id: ID, phase: 'stopping', ending },
    handledUpTo: raised.since,
    closed: ending === 'closed',
  });
  expect(actions.slice(1)).toEqual([
    { do: 'deleteRecordingFlowLogs', recordingId: ID, flowLogIds: ['fl-1'] },
  ]);
});

test.each([
  [2 * MINUTE, false],
  [2 * MINUTE + 1, true],
])('%i ms after its beginning a recording may be missing from the list: %p', (age, isOver) => {
  const young = { ...recording, startedAt: NOW - age };
  const actions = decide(watch({ recording: young }, { flowLogs: [] }), SWEEP, NOW);
  expect(saved(actions)?.recording?.ending).toBe(isOver ? 'vanished' : undefined);
});

test('after OK, the stop is moved to the minimum recording time', () => {
  const calm = { alarm: { state: 'OK', since: NOW - MINUTE } } as const;
  expect(decide(watch({ recording }, calm), SWEEP, NOW)).toEqual([
    { do: 'arm', recordingId: ID, at: NOW + MINUTE },
  ]);
});

test('a recording until OK arms no stop while the spike lasts', () => {
  const { deadline: _deadline, ...endless } = recording;
  expect(decide(watch({ recording: endless }), SWEEP, NOW)).toEqual([]);
});

test('a manual stop also handles the spike at that time', () => {
  const later = { alarm: { state: 'ALARM', since: NOW - MINUTE } } as const;
  const handledUpTo = (event: WatchEvent, change: Partial<Watch>) =>
    saved(decide(watch({ recording }, change), event, NOW))?.handledUpTo;
  expect(handledUpTo({ kind: 'stop' }, later)).toBe(NOW - MINUTE);
  expect(handledUpTo({ kind: 'close' }, later)).toBe(raised.since);
  expect(handledUpTo({ kind: 'stop' }, { alarm: { state: 'OK', since: NOW } })).toBe(raised.since);
});

test('handledUpTo never decreases', () => {
  const state = { recording: { ...recording, deadline: NOW }, handledUpTo: NOW - 1 };
  expect(saved(decide(watch(state), SWEEP, NOW))?.handledUpTo).toBe(NOW - 1);
});

test('a start that was given up leaves its spike open', () => {
  const calm = { alarm: { state: 'OK', since: NOW } } as const;
  const actions = decide(watch({ recording: starting }, calm), SWEEP, NOW);
  expect(saved(actions)).toMatchObject({
    recording: { ending: 'aborted' },
    handledUpTo: 0,
    counted: 0,
  });
});

test('a start without a response is counted from the creation of its first flow log', () => {
  const logs = [
    { ...flowLog('fl-2'), createdAt: NOW - MINUTE },
    flowLog('fl-3'),
    flowLog('x', 'other'),
  ];
  const calm = { alarm: { state: 'OK', since: NOW - 3 * MINUTE }, flowLogs: logs } as const;
  const actions = decide(
    watch({ recording: starting, counted: 1, ended: ['other'] }, calm),
    SWEEP,
    NOW,
  );
  expect(saved(actions)).toMatchObject({
    counted: 2,
    recording: {
      phase: 'stopping',
      ending: 'ok',
      flowLogIds: ['fl-2', 'fl-3'],
      startedAt: NOW - 5 * MINUTE,
    },
  });
  expect(sent(actions).map(({ kind }) => kind)).toEqual(['started']);
});

test('when AWS has deleted its flow logs, a recording is over, listed and notified', () => {
  const last = { ...stopping, endedAt: NOW };
  const notification: Notification = { kind: 'finished', recording: last, counted: 3 };
  const ended = Array.from({ length: 20 }, (_each, index) => `r-${index}`);
  const actions = decide(
    watch({ recording: stopping, counted: 3, ended }),
    { kind: 'deleted', recordingId: ID },
    NOW,
  );
  expect(saved(actions)).toMatchObject({
    recording: undefined,
    last,
    ended: [ID, ...ended.slice(0, 19)],
  });
  expect(actions.slice(1)).toEqual([
    { do: 'disarm', recordingId: ID },
    { do: 'send', notification },
  ]);
});

test('a start that was given up ends without a notification', () => {
  const aborted: Recording = { ...starting, phase: 'stopping', ending: 'aborted' };
  const actions = decide(watch({ recording: aborted }), { kind: 'deleted', recordingId: ID }, NOW);
  expect(saved(actions)).toEqual({ ...NEW_STATE, recording: undefined });
  expect(actions.slice(1)).toEqual([{ do: 'disarm', recordingId: ID }]);
});

test('a manual recording that ends without a spike handles none', () => {
  const { spikeAt: _spikeAt, ...rest } = recording;
  const byHand: Recording = { ...rest, cause: 'manual' };
  const calm = { alarm: { state: 'OK', since: NOW } } as const;
  expect(
    saved(decide(watch({ recording: byHand }, calm), { kind: 'stop' }, NOW))?.handledUpTo,
  ).toBe(0);
});

const { spikeAt: _spikeAt, deadline: _deadline, startedAt: _startedAt, ...timeless } = recording;

test.each<[Alarm | undefined, Partial<Recording>, number]>([
  [undefined, {}, 2 * MINUTE],
  [undefined, { startedAt: 5 }, 5 + 2 * MINUTE],
  [{ state: 'OK', since: 7 }, { startedAt: 5 }, 7 + 2 * MINUTE],
  [{ state: 'OK', since: 7 }, { startedAt: 9 }, 9 + 2 * MINUTE],
  [{ state: 'OK', since: 1 }, {}, 1 + 2 * MINUTE],
  [{ state: 'OK', since: 0 }, {}, Number.POSITIVE_INFINITY],
  [{ state: 'OK', since: 7 }, { spikeAt: 7 }, Number.POSITIVE_INFINITY],
  [{ state: 'ALARM', since: 7 }, {}, Number.POSITIVE_INFINITY],
  [undefined, { deadline: 5 }, 5],
  [undefined, { cause: 'manual' }, Number.POSITIVE_INFINITY],
])('with the alarm %j a recording with the times %j stops at %d', (alarm, times, at) => {
  const active: Recording = { ...timeless, ...times };
  expect(stopTime(watch({ recording: active }, { alarm }), active)).toBe(at);
});

test.each<[Ending, Partial<Recording>, number, number]>([
  ['aborted', { spikeAt: 9 }, 0, 0],
  ['aborted', { spikeAt: 9 }, 5, 5],
  ['ok', { spikeAt: 9 }, 5, 9],
  ['ok', { spikeAt: 9 }, 11, 11],
  ['ok', {}, 0, 0],
])(
  'after "%s" of a recording with %j the spikes are handled from %d up to %d',
  (ending, times, before, after) => {
    const known = watch({ handledUpTo: before });
    expect(end(known, { ...timeless, ...times }, ending).change?.handledUpTo).toBe(after);
  },
);
