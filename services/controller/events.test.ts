import { expect, test } from '@jest/globals';
import { byGateway, readAlarm, readEvent } from './events.ts';

const GATEWAY = 'nat-0a1b2c3d4e5f60718';

function stateChange(metrics: unknown, detail: object = {}): object {
  return {
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    time: '2026-11-22T10:14:40Z',
    detail: {
      alarmName: `natflow-${GATEWAY}`,
      configuration: { metrics },
      state: { value: 'ALARM', timestamp: '2026-11-22T10:14:40.989+0000', reasonData: '{}' },
      ...detail,
    },
  };
}

const metric = (id = GATEWAY) => ({
  id: 'm1',
  metricStat: { metric: { namespace: 'AWS/NATGateway', dimensions: { NatGatewayId: id } } },
});

const ofGateway = {
  kind: 'gateway',
  gatewayId: GATEWAY,
  event: {
    kind: 'alarm',
    alarm: { state: 'ALARM', since: Date.UTC(2026, 10, 22, 10, 14, 40, 989), reasonData: '{}' },
  },
};

test.each([
  ['a single metric', [metric()]],
  ['metric math, the expression first', [{ id: 'e1', expression: 'm1+m2' }, metric(), metric()]],
  ['metric math, the expression last', [metric(), { id: 'e1', expression: 'm1*8' }]],
  ['an anomaly band', [metric(), { id: 'ad1', expression: 'ANOMALY_DETECTION_BAND(m1, 2)' }]],
  ['a gateway among others', [metric('nat-0b'), metric()]],
])('an alarm on %s is ours', (_, metrics) => {
  expect(readEvent(stateChange(metrics), 'natflow-')).toEqual(ofGateway);
});

test('a state without reason data or milliseconds is read', () => {
  const state = { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' };
  expect(readAlarm(stateChange([metric()], { state }))?.alarm).toEqual({
    state: 'INSUFFICIENT_DATA',
    since: Date.UTC(2026, 10, 22, 10, 14, 40),
  });
});

test.each<[string, object]>([
  ['a composite alarm', stateChange(undefined, { configuration: { alarmRule: 'ALARM(a)' } })],
  ["a colleague's alarm", stateChange([metric()], { alarmName: `mine-${GATEWAY}` })],
  ["another stack's alarm", stateChange([metric()], { alarmName: `natflow-two-${GATEWAY}` })],
  ['an alarm named like ours on another gateway', stateChange([metric('nat-0b')])],
  ['an alarm without a gateway', stateChange([{ metricStat: { metric: {} } }, null, 7])],
  ['an unknown state', stateChange([metric()], { state: { value: 'MAYBE' } })],
  [
    'a configuration change',
    { ...stateChange([metric()]), 'detail-type': 'CloudWatch Alarm Configuration Change' },
  ],
  ['no detail at all', { 'detail-type': 'CloudWatch Alarm State Change' }],
  ['an event of another service', { 'detail-type': 'EC2 Instance State-change Notification' }],
])('%s is left alone', (_, raw) => {
  expect(readEvent(raw, 'natflow-')).toMatchObject({ kind: 'ignored' });
});

test.each([
  [{ command: 'sweep' }, { kind: 'sweep' }],
  [{ command: 'list' }, { kind: 'list' }],
  [
    { command: 'stop', gatewayId: GATEWAY },
    { kind: 'gateway', event: { kind: 'stop' } },
  ],
  [
    { command: 'reset', gatewayId: GATEWAY },
    { kind: 'gateway', event: { kind: 'reset' } },
  ],
  [
    { command: 'start', gatewayId: GATEWAY, minutes: 5 },
    { kind: 'gateway', event: { kind: 'start', minutes: 5 } },
  ],
  [
    { command: 'start', gatewayId: GATEWAY },
    { kind: 'gateway', event: { kind: 'start' } },
  ],
  [
    { command: 'timer', gatewayId: GATEWAY, recordingId: 'r' },
    { kind: 'gateway', event: { kind: 'timer', recordingId: 'r' } },
  ],
  [{ RequestType: 'Delete' }, { kind: 'stack', event: { kind: 'close' } }],
  [{ RequestType: 'Create' }, { kind: 'stack', event: { kind: 'open' } }],
  [{ RequestType: 'Update' }, { kind: 'stack', event: { kind: 'open' } }],
])('%j is understood', (raw, request) => {
  expect(readEvent(raw, 'natflow-')).toMatchObject(request);
});

test.each([
  null,
  undefined,
  7,
  'sweep',
  {},
  { command: 'delete', gatewayId: GATEWAY },
  { command: 'start', gatewayId: 'vpc-1' },
  { command: 'start', gatewayId: GATEWAY, minutes: -1 },
  { command: 'start', gatewayId: GATEWAY, minutes: '5' },
  { command: 'timer', gatewayId: GATEWAY },
])('%j is ignored', (raw) => {
  expect(readEvent(raw, 'natflow-')).toMatchObject({ kind: 'ignored' });
});

test('alarms are ours by the whole rest of their name', () => {
  const alarms = [`natflow-${GATEWAY}`, `natflow-two-${GATEWAY}`, 'natflow-cpu', 'other'].map(
    (name) => ({ name }),
  );
  expect([...byGateway(alarms, 'natflow-')]).toEqual([[GATEWAY, { name: `natflow-${GATEWAY}` }]]);
});

test.each([
  { command: { toString: null }, gatewayId: { valueOf: 1, toString: 1 } },
  { command: 'timer', gatewayId: GATEWAY, recordingId: { toString: null } },
  { 'detail-type': { toString: null } },
  stateChange([metric()], { state: { value: 'ALARM', timestamp: { toString: null } } }),
])('%j is ignored, whatever its members would do', (raw) => {
  expect(readEvent(raw, 'natflow-')).toMatchObject({ kind: 'ignored' });
});

test('what is ignored is quoted in part', () => {
  const request = readEvent({ command: 'x'.repeat(5000), gatewayId: 'y'.repeat(5000) }, 'natflow-');
  expect(request).toMatchObject({ why: expect.stringMatching(/^command x{99}… for y{99}…$/) });
});
