import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { decide } from './decide.ts';
import { readState, writeState } from './stored-state.ts';
import {
  NEW_STATE,
  type Notification,
  type Recording,
  type State,
  type Watch,
  type WatchEvent,
} from './watch.ts';

const written = readFileSync(
  new URL('../../tests/fixtures/state/0.1.0.json', import.meta.url),
  'utf8',
);
const NOW = Date.UTC(2026, 10, 22, 10, 40);
const RAISED = NOW - 60_000;

function watch(state: State): Watch {
  return {
    gatewayId: 'nat-0a1b2c3d4e5f60718',
    state,
    version: 7,
    alarm: { state: 'ALARM', since: RAISED },
    flowLogs: [],
    rules: {
      recordingTime: 900_000,
      minimumRecordingTime: 120_000,
      firstLinesWait: 0,
      numOfRecordings: 10,
    },
  };
}

function without(member: string): string {
  const { [member]: _, ...rest } = JSON.parse(written);
  return JSON.stringify(rest);
}

test('an item of release 0.1.0 is read completely', () => {
  const state = readState(written);
  expect(state).toMatchObject({
    recording: { phase: 'recording', flowLogIds: ['fl-02'] },
    counted: 2,
    gatewayName: 'prod-egress-a',
    handledUpTo: Date.UTC(2026, 10, 22, 10, 14),
    failureNotified: Date.UTC(2026, 10, 22, 10, 34, 30),
    last: { ending: 'time', stopFailureNotified: true },
    closed: false,
  });
  expect(state.ended).toHaveLength(1);
  expect(state.outbox.map(({ notification }) => notification.kind)).toContain('started');
  expect(state.outbox.every(({ claimedAt }) => claimedAt > 0)).toBe(true);
});

test('a written item is read unchanged', () => {
  const state = readState(written);
  expect(readState(writeState(state))).toEqual(state);
  expect(JSON.parse(writeState(state))).toMatchObject({ schema: 2 });
});

const RECORDING: Recording = { id: 'a', phase: 'starting', cause: 'alarm', flowLogIds: [] };
const WHOLE: Recording = {
  ...{ ...RECORDING, cause: 'manual', flowLogIds: ['fl-1', 'fl-2'] },
  ...{ spikeAt: 1, reasonData: '{}', time: 9, deadline: 2, startedAt: 3, endedAt: 4 },
  ...{ linesSeenAt: 7, deliveryError: 'Access error' },
  ...{ ending: 'ok', stopFailureNotified: false, collected: true },
};
const PHASES = ['starting', 'recording', 'stopping'] as const;
const ENDINGS = ['ok', 'time', 'manual', 'vanished', 'closed', 'aborted'] as const;
const NOTIFICATIONS: readonly Notification[] = [
  { kind: 'started', recording: RECORDING, counted: 1 },
  { kind: 'finished', recording: WHOLE, counted: 2 },
  { kind: 'failed', doing: 'start', recordingId: 'a', reason: 'no' },
  { kind: 'failed', doing: 'stop', recordingId: 'b', reason: 'not now' },
  { kind: 'failed', doing: 'deliver', recordingId: 'c', reason: 'Access error' },
  { kind: 'capped', spikeAt: 3, cap: 4 },
  { kind: 'orphaned', flowLogIds: ['fl-3'], counted: 5 },
  { kind: 'digest', since: 6, at: 7, recordingIds: ['a', 'b'] },
];

test.each<Partial<State>>([
  ...PHASES.map((phase) => ({ recording: { ...RECORDING, phase } })),
  ...PHASES.map((phase) => ({ recording: { ...WHOLE, phase } })),
  ...ENDINGS.map((ending) => ({ last: { ...WHOLE, ending } })),
  ...NOTIFICATIONS.map((notification) => ({ outbox: [{ notification, claimedAt: 6 }] })),
  ...NOTIFICATIONS.map((notification) => ({
    outbox: [{ notification, claimedAt: 6, done: ['mail'] }],
  })),
  { digest: { since: 8, told: 2, collected: ['a'] } },
  { ended: ['a', 'b'], gatewayName: 'egress', counted: 7, handledUpTo: 8 },
  { failureNotified: 9, capNotified: 10, closed: true },
])('whatever the state holds is written and read again: %j', (part) => {
  const state = { ...NEW_STATE, ...part };
  expect(readState(writeState(state))).toEqual(state);
});

test('members that an older release did not write have the neutral value', () => {
  const recording = { id: 'a', phase: 'recording' };
  const outbox = [{ notification: { kind: 'orphaned', flowLogIds: ['fl-1'] } }];
  const state = readState(JSON.stringify({ schema: 2, recording, outbox }));
  expect(state).toEqual({
    ...NEW_STATE,
    recording: { ...recording, cause: 'alarm', flowLogIds: [] },
    outbox: [
      { notification: { kind: 'orphaned', flowLogIds: ['fl-1'], counted: 0 }, claimedAt: 0 },
    ],
  });
});

test('a new gateway has no recording and no mail, and notifies any spike', () => {
  expect(NEW_STATE).toEqual({
    ...{ counted: 0, handledUpTo: 0, failureNotified: 0 },
    ...{ outbox: [], ended: [], closed: false },
  });
});

const EVENTS: readonly WatchEvent[] = [
  { kind: 'sweep' },
  { kind: 'start' },
  { kind: 'stop' },
  { kind: 'close' },
  { kind: 'timer', recordingId: 'another' },
];

test.each(['settled', 'ended', 'mails', 'failureTold', 'counted', 'closed'])(
  'an item without %s decides as one with the value of a new gateway',
  (member) => {
    const state = readState(without(member));
    for (const event of EVENTS) expect(decide(watch(state), event, NOW)).not.toContain(undefined);
  },
);

test.each(['settled', 'ended', 'mails'])(
  'a gateway without %s and recording records its spike',
  (member) => {
    const { recording: _, ...rest } = JSON.parse(without(member));
    const actions = decide(watch(readState(JSON.stringify(rest))), { kind: 'sweep' }, NOW);
    expect(actions.map((action) => action.do)).toEqual(
      expect.arrayContaining(['save', 'arm', 'create']),
    );
  },
);

test.each<[string, string]>([
  ['no text', ''],
  ['no JSON', '{'],
  ['null', 'null'],
  ['a list', '[]'],
  [
    'members of other types',
    '{"counted":"two","outbox":5,"ended":[1],"recording":{"id":7},"schema":2}',
  ],
])('an item that holds %s is a new gateway', (_, text) => {
  expect(readState(text)).toEqual(NEW_STATE);
});

test('unknown members and a newer schema are ignored, and mails that cannot be read are dropped', () => {
  const mail = { notification: { kind: 'capped', spikeAt: 1, cap: 2 }, claimedAt: 3 };
  const state = {
    schema: 9,
    counted: 4,
    budget: 5,
    outbox: [mail, { notification: { kind: 'new' } }],
  };
  expect(readState(JSON.stringify(state))).toEqual({ ...NEW_STATE, counted: 4, outbox: [mail] });
});
