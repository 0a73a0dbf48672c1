import { beforeEach, expect, test } from '@jest/globals';
import { NEW_STATE, type State } from '../../services/controller/watch.ts';
import { alarmEvent, History } from './history.ts';
import { MINUTE } from './sample-watch.ts';
import { World } from './world.ts';

const NAT = 'nat-0a';
const YEAR = 365 * 24 * 60 * MINUTE;
const SWEEP = { command: 'sweep' };

let world: World;
let history: History;

beforeEach(() => {
  world = new World({
    recordingTime: 0,
    minimumRecordingTime: 0,
    firstLinesWait: 0,
    numOfRecordings: 0,
  });
  history = new History(world);
});

async function alarm(state: 'OK' | 'ALARM'): Promise<void> {
  await history.alarm(NAT, state);
  await history.deliverAll();
}

function poison(state: Partial<State>): void {
  world.items.set(NAT, { json: JSON.stringify({ ...NEW_STATE, ...state }), version: 1 });
}

const recorded = () => world.flowLogs.length;

test('a forged alarm in the future starts nothing, and the next spike is recorded', async () => {
  await history.run(alarmEvent(NAT, 'ALARM', world.now + YEAR));
  expect(recorded()).toBe(0);
  await alarm('ALARM');
  expect(recorded()).toBe(1);
});

test('after a forged alarm in the future during a spike, the next spike is recorded', async () => {
  await history.alarm(NAT, 'ALARM');
  await history.run(alarmEvent(NAT, 'ALARM', world.now + YEAR));
  await history.run({ command: 'stop', gatewayId: NAT });
  await alarm('OK');
  await alarm('ALARM');
  expect(recorded()).toBe(2);
});

test('a forged OK in the future does not end a recording', async () => {
  await alarm('ALARM');
  await history.run(alarmEvent(NAT, 'OK', world.now + YEAR));
  await history.run(SWEEP);
  expect(world.live(NAT)).toHaveLength(1);
});

test.each([
  ['by less than a minute is accepted, because clocks differ', MINUTE - 50, 1],
  ['by more than a minute is ignored', MINUTE + 1000, 0],
])('an alarm dated in the future %s', async (_, ahead, recordings) => {
  await history.run(alarmEvent(NAT, 'ALARM', world.now + ahead));
  expect(recorded()).toBe(recordings);
});

test('after an alarm that CloudWatch dates in the future, later spikes are recorded', async () => {
  world.alarms.set(NAT, { state: 'ALARM', since: world.now + YEAR });
  await history.run(SWEEP);
  await history.run({ command: 'stop', gatewayId: NAT });
  expect(recorded()).toBe(1);
  await alarm('OK');
  await alarm('ALARM');
  expect(recorded()).toBe(2);
});

test('reset repairs an item with a time in the future', async () => {
  const future = world.now + YEAR;
  poison({ handledUpTo: future, failureNotified: future });
  await history.run({ command: 'reset', gatewayId: NAT });
  expect(world.state(NAT)).toMatchObject({ handledUpTo: 0, failureNotified: 0 });
});

test('the sweep records a spike despite an item with a time in the future, and repairs the item', async () => {
  world.alarms.set(NAT, { state: 'ALARM', since: world.now });
  poison({ handledUpTo: world.now + YEAR });
  await history.run(SWEEP);
  expect(recorded()).toBe(1);
  expect(world.state(NAT)).toMatchObject({ handledUpTo: 0 });
});

test('a recording of a spike in the future ends when its alarm ends', async () => {
  poison({
    recording: {
      id: 'recording-1',
      phase: 'recording',
      cause: 'alarm',
      spikeAt: world.now + YEAR,
      startedAt: world.now,
      flowLogIds: [world.plant(NAT, 'recording-1')],
    },
  });
  await alarm('OK');
  expect(world.live(NAT)).toEqual([]);
  await alarm('ALARM');
  expect(world.live(NAT)).toHaveLength(1);
});

test('a failed start is notified although the item has a notification for a spike in the future', async () => {
  poison({ failureNotified: world.now + YEAR });
  world.refusing.add(NAT);
  await alarm('ALARM');
  expect(world.mails.map(({ key }) => key)).toEqual([expect.stringContaining('failed start')]);
});
