import { expect, test } from '@jest/globals';
import { gatewayMetrics, metricLine, notificationMetrics } from './metrics.ts';
import type { Recording } from './watch.ts';

const recording: Recording = { id: 'r', phase: 'recording', cause: 'alarm', flowLogIds: [] };

test('a gateway says whether it is recorded and how often it can be', () => {
  const gateway = { gatewayId: 'nat-0a', counted: 3, cap: 10 };
  expect(gatewayMetrics({ ...gateway, recording: { ...recording } })).toEqual({
    RecordingActive: 1,
    RecordingsRemaining: 7,
  });
  expect(gatewayMetrics({ ...gateway, cap: 0 })).toEqual({ RecordingActive: 0 });
});

test('notifications have their numbers', () => {
  const finished = { ...recording, startedAt: 1_000, endedAt: 851_400 };
  expect(notificationMetrics({ kind: 'finished', recording: finished, counted: 1 })).toEqual({
    RecordingSeconds: 850,
  });
  const orphaned = { kind: 'orphaned', flowLogIds: ['a', 'b'], counted: 1 } as const;
  expect(notificationMetrics(orphaned)).toEqual({ OrphanFlowLogs: 2 });
  expect(notificationMetrics({ kind: 'started', recording, counted: 1 })).toEqual({});
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

test('nothing to say is no line', () => {
  expect(metricLine('natflow', 'nat-0a', {})).toBe('');
});
