import { expect, test } from '@jest/globals';
import { readReporterCommand } from '../../shared/contract/reporter.ts';
import { reportRequest } from './report-request.ts';
import { type Alarm, NEW_STATE, type Notification, type Recording, type Watch } from './watch.ts';

const GATEWAY = 'nat-0c11aa22bb33cc44d';
const STARTED = Date.UTC(2026, 10, 22, 10, 14, 30);
const ENDED = Date.UTC(2026, 10, 22, 10, 28, 40);
const DELAY = 600_000;

const watch: Watch = {
  gatewayId: GATEWAY,
  version: 1,
  flowLogs: [],
  state: { ...NEW_STATE, gatewayName: 'prod-egress-a' },
  rules: {
    recordingTime: 900_000,
    minimumRecordingTime: 120_000,
    firstLinesWait: 0,
    numOfRecordings: 10,
  },
};
const recording: Recording = {
  id: `${GATEWAY}-20261122T101430Z-1`,
  phase: 'stopping',
  cause: 'alarm',
  reasonData: JSON.stringify({ period: 300, recentDatapoints: [10e9], threshold: 5e9 }),
  startedAt: STARTED,
  endedAt: ENDED,
  spikeAt: STARTED - 30_000,
  deliveryError: 'Access error',
  ending: 'ok',
  flowLogIds: ['fl-1'],
};
const finished = (changes: Partial<Recording> = {}, counted = 3): Notification => ({
  kind: 'finished',
  recording: { ...recording, ...changes },
  counted,
});

test('an ended recording is reported on, with all values that the report needs', () => {
  expect(reportRequest(finished(), watch, DELAY)).toEqual({
    at: ENDED + DELAY,
    recording: {
      id: recording.id,
      gatewayId: GATEWAY,
      gatewayName: 'prod-egress-a',
      spikeAt: STARTED - 30_000,
      startedAt: STARTED,
      endedAt: ENDED,
      deliveryError: 'Access error',
      threshold: 1e9,
      alarmPeriod: 300,
      recordingsLeft: '7 of 10',
    },
  });
});

test('times that an item lacks are 0', () => {
  const { startedAt: _, endedAt: __, ...bare } = recording;
  const notification = { kind: 'finished', recording: bare, counted: 3 } as const;
  expect(reportRequest(notification, watch, DELAY)).toMatchObject({
    at: DELAY,
    recording: { startedAt: 0, endedAt: 0 },
  });
});

test("the reporter reads the controller's request from JSON", () => {
  const request = reportRequest(finished(), watch, DELAY);
  const event = JSON.parse(JSON.stringify({ command: 'report', ...request }));
  expect(readReporterCommand(event)).toEqual({
    command: 'report',
    recording: request?.recording,
  });
});

test.each([
  ['ok', true],
  ['time', true],
  ['manual', true],
  ['vanished', true],
  ['closed', false],
] as const)('a recording that ended by "%s" is reported on: %s', (ending, isReported) => {
  expect(reportRequest(finished({ ending }), watch, DELAY) !== undefined).toBe(isReported);
});

test.each<Notification>([
  { kind: 'started', recording, counted: 3 },
  { kind: 'failed', doing: 'stop', recordingId: recording.id, reason: 'no' },
  { kind: 'capped', spikeAt: STARTED, cap: 10 },
  { kind: 'orphaned', flowLogIds: ['fl-2'], counted: 4 },
])('nothing else calls for a report: $kind', (notification) => {
  expect(reportRequest(notification, watch, DELAY)).toBeUndefined();
});

const alarm: Alarm = {
  state: 'OK',
  since: ENDED,
  reasonData: JSON.stringify({ period: 60, recentDatapoints: [1], threshold: 2e9 }),
};

test.each<[string, Partial<Recording>, Partial<Watch>, number | undefined]>([
  ['the recording, even if the alarm is of another spike by now', {}, { alarm }, 1e9],
  ['the alarm, of a recording by hand', { reasonData: undefined }, { alarm }, 2e9],
  ['nothing, without an alarm', { reasonData: undefined }, {}, undefined],
  ['nothing, when CloudWatch does not say', { reasonData: 'no JSON' }, {}, undefined],
  [
    'the upper edge of an anomaly band',
    {
      reasonData: JSON.stringify({
        period: 60,
        recentDatapoints: [3e9],
        recentUpperThresholds: [1.5e9, 2.5e9],
      }),
    },
    {},
    2.5e9,
  ],
])('the threshold is that of %s', (_, change, around, threshold) => {
  const request = reportRequest(finished(change), { ...watch, ...around }, DELAY);
  expect(request?.recording.threshold).toBe(threshold);
});

test.each([
  [9, 10, '1 of 10'],
  [10, 10, '0 of 10'],
  [12, 10, '0 of 10'],
  [3, 0, undefined],
])('after %i recordings of at most %i there are "%s" left', (counted, numOfRecordings, left) => {
  const rules = { ...watch.rules, numOfRecordings };
  const request = reportRequest(finished({}, counted), { ...watch, rules }, DELAY);
  expect(request?.recording.recordingsLeft).toBe(left);
});
