import { expect, test } from '@jest/globals';
import { gatewayMetrics, metricLine, notificationMetrics } from './metrics.ts';
import type { Notification, Recording } from './watch.ts';

const recording: Recording = { id: 'r', phase: 'recording', cause: 'alarm', flowLogIds: [] };

const gateway = { gatewayId: 'nat-0a', counted: 3, cap: 10 };

test.each([
  ['starting', 0],
  ['recording', 1],
  ['stopping', 0],
] as const)('a gateway whose recording is %s: active are %d', (phase, active) => {
  expect(gatewayMetrics({ ...gateway, recording: { ...recording, phase } })).toEqual({
    RecordingActive: active,
    RecordingsRemaining: 7,
  });
});

test.each([
  [0, 10, { RecordingsRemaining: 10 }],
  [9, 10, { RecordingsRemaining: 1 }],
  [10, 10, { RecordingsRemaining: 0 }],
  [11, 10, { RecordingsRemaining: 0 }],
  [0, 1, { RecordingsRemaining: 1 }],
  [3, 0, {}],
])('after %d recordings of %d there remain %j', (counted, cap, remaining) => {
  expect(gatewayMetrics({ ...gateway, counted, cap })).toEqual({
    RecordingActive: 0,
    ...remaining,
  });
});

test.each<[Notification, object]>([
  [{ kind: 'started', recording, counted: 1 }, {}],
  [{ kind: 'failed', doing: 'start', recordingId: 'r', reason: '' }, { RecordingFailures: 1 }],
  [{ kind: 'failed', doing: 'stop', recordingId: 'r', reason: '' }, { RecordingFailures: 1 }],
  [{ kind: 'capped', spikeAt: 1, cap: 2 }, {}],
  [{ kind: 'orphaned', flowLogIds: ['a', 'b'], counted: 1 }, { OrphanFlowLogs: 2 }],
])('notification %j has the numbers %j', (notification, values) => {
  expect(notificationMetrics(notification)).toEqual(values);
});

test.each([
  [{ startedAt: 1_000, endedAt: 851_400 }, 850],
  [{ startedAt: 1_000, endedAt: 851_500 }, 851],
  [{ endedAt: 499 }, 0],
  [{ endedAt: 500 }, 1],
  [{ startedAt: 500 }, -0],
  [{ startedAt: 501 }, -1],
  [{ startedAt: 1_500 }, -1],
])('a recording with the times %j lasted %d seconds', (times, seconds) => {
  const finished = { kind: 'finished', recording: { ...recording, ...times }, counted: 1 } as const;
  expect(notificationMetrics(finished)).toEqual({ RecordingSeconds: seconds });
});

test('a line is in the embedded metric format, with few dimensions', () => {
  const line = metricLine('natflow', 'nat-0a', { RecordingSeconds: 850 }, 1_700_000_000_000);
  expect(line.endsWith('}\n')).toBe(true);
  expect(JSON.parse(line)).toEqual({
    _aws: {
      Timestamp: 1_700_000_000_000,
      CloudWatchMetrics: [
        {
          Namespace: 'NatFlow',
          Dimensions: [['Stack'], ['Stack', 'NatGatewayId']],
          Metrics: [{ Name: 'RecordingSeconds', Unit: 'Seconds' }],
        },
      ],
    },
    Stack: 'natflow',
    NatGatewayId: 'nat-0a',
    RecordingSeconds: 850,
  });
});

test('without a metric, no line is written', () => {
  expect(metricLine('natflow', 'nat-0a', {})).toBe('');
});

test('metrics that are not durations are counts', () => {
  const line = metricLine('natflow', 'nat-0a', { RecordingActive: 1, OrphanFlowLogs: 2 }, 0);
  expect(JSON.parse(line)._aws.CloudWatchMetrics[0].Metrics).toEqual([
    { Name: 'RecordingActive', Unit: 'Count' },
    { Name: 'OrphanFlowLogs', Unit: 'Count' },
  ]);
});
