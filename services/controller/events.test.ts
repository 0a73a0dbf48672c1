import { expect, test } from '@jest/globals';
import { ShapeError } from '../../shared/read-shape.ts';
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
  expect(readEvent(stateChange(metrics), 'natflow')).toEqual(ofGateway);
});

test('a state without reason data or milliseconds is read', () => {
  const state = { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' };
  expect(readAlarm(stateChange([metric()], { state })).alarm).toEqual({
    state: 'INSUFFICIENT_DATA',
    since: Date.UTC(2026, 10, 22, 10, 14, 40),
  });
});

test('reason data that is not text does not prevent reading the alarm', () => {
  const state = { value: 'OK', timestamp: '2026-11-22T10:14:40.989+0000', reasonData: {} };
  expect(readAlarm(stateChange([metric()], { state })).alarm).toEqual({
    state: 'OK',
    since: Date.UTC(2026, 10, 22, 10, 14, 40, 989),
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
  expect(readEvent(raw, 'natflow')).toMatchObject({ kind: 'ignored' });
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
  [
    { command: 'start', gatewayId: GATEWAY, minutes: 0.5 },
    { kind: 'gateway', event: { kind: 'start', minutes: 0.5 } },
  ],
  [
    { command: 'start', gatewayId: GATEWAY, minutes: 1440 },
    { kind: 'gateway', event: { kind: 'start', minutes: 1440 } },
  ],
  [{ RequestType: 'Delete' }, { kind: 'stack', event: { kind: 'close' } }],
  [{ RequestType: 'Create' }, { kind: 'ignored', why: 'a new stack has nothing to go on with' }],
  [{ RequestType: 'Update' }, { kind: 'stack', event: { kind: 'open' } }],
])('%j is understood', (raw, request) => {
  expect(readEvent(raw, 'natflow')).toMatchObject(request);
});

const COMMANDS =
  '"sweep" or "list" or "doctor" or "budget" or "reset-budget" or "start" or "stop" or "reset" or "timer"';
const START = { command: 'start', gatewayId: GATEWAY };

test.each<[unknown, string]>([
  [null, 'request is null, an object was expected'],
  [undefined, 'request is undefined, an object was expected'],
  [7, 'request is 7, an object was expected'],
  ['sweep', 'request is "sweep", an object was expected'],
  [[], 'request: command is missing'],
  [
    { command: 'delete', gatewayId: GATEWAY },
    `request: command is "delete", ${COMMANDS} was expected`,
  ],
  [{ command: { toString: 7 } }, `request: command is an object, ${COMMANDS} was expected`],
  [{ command: 'stop' }, 'request: gatewayId is missing'],
  [
    { command: 'start', gatewayId: 'vpc-1' },
    'request: gatewayId is "vpc-1", an id like nat-0123456789abcdef0 was expected',
  ],
  [
    { command: 'stop', gatewayId: { toString: 7 } },
    'request: gatewayId is an object, a text was expected',
  ],
  [
    { ...START, minutes: -1 },
    'request: minutes is -1, a number above 0 and up to 1440 was expected',
  ],
  [{ ...START, minutes: 0 }, 'request: minutes is 0, a number above 0 and up to 1440 was expected'],
  [
    { ...START, minutes: 1441 },
    'request: minutes is 1441, a number above 0 and up to 1440 was expected',
  ],
  [{ ...START, minutes: '5' }, 'request: minutes is "5", a number was expected'],
  [{ ...START, minutes: null }, 'request: minutes is null, a number was expected'],
  [{ command: 'timer', gatewayId: GATEWAY }, 'request: recordingId is missing'],
  [
    { 'detail-type': { toString: 7 } },
    'event: detail-type is an object, "CloudWatch Alarm State Change" was expected',
  ],
  [
    { 'detail-type': 'CloudWatch Alarm State Change', detail: null },
    'event: detail is null, an object was expected',
  ],
  [
    stateChange([], { state: { value: 'OK', timestamp: 'soon' } }),
    'event: detail.state.timestamp is "soon", a time was expected',
  ],
  [
    { ...stateChange([], { state: { value: 'OK' } }), time: undefined },
    'event: detail.state.timestamp is missing',
  ],
  [stateChange([], { alarmName: 'cpu' }), 'alarm "cpu" is not ours'],
  [
    { RequestType: null },
    'CloudFormation request: RequestType is null, "Create" or "Update" or "Delete" was expected',
  ],
])('%j is ignored with the reason', (raw, why) => {
  expect(readEvent(raw, 'natflow')).toEqual({ kind: 'ignored', why });
});

const ODD: readonly unknown[] = [
  null,
  7,
  Number.POSITIVE_INFINITY,
  true,
  '',
  'x',
  [],
  [null],
  {},
  { toString: 7 },
];

/** The value with each of its members, at any depth, removed or replaced by an invalid value. */
function* distorted(value: unknown): Generator<unknown> {
  yield* ODD;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const others = Object.entries(value).filter(([other]) => other !== key);
    const put = (entry: [string, unknown][]) =>
      Array.isArray(value)
        ? [...others, ...entry].map(([, element]) => element)
        : Object.fromEntries([...others, ...entry]);
    yield put([]);
    for (const odd of distorted(member)) yield put([[key, odd]]);
  }
}

test.each([
  stateChange([{ id: 'e1', expression: 'm1*8' }, metric()]),
  { ...START, minutes: 5 },
  { command: 'timer', gatewayId: GATEWAY, recordingId: 'r' },
  { RequestType: 'Delete' },
])('no distortion of %j makes the reader throw', (event) => {
  const distortions = [...distorted(event)];
  expect(distortions.length).toBeGreaterThan(ODD.length);
  for (const raw of distortions) {
    expect(readEvent(raw, 'natflow').kind).toMatch(/^(gateway|sweep|list|stack|ignored)$/);
  }
});

test('an event that is not an alarm state change is refused', () => {
  expect(() => readAlarm({ 'detail-type': 'Scheduled Event' })).toThrow(ShapeError);
});

test('an alarm is ours only if the rest of its name is a gateway id', () => {
  const alarms = [`natflow-${GATEWAY}`, `natflow-two-${GATEWAY}`, 'natflow-cpu', 'other'].map(
    (name) => ({ name }),
  );
  expect([...byGateway(alarms, 'natflow')]).toEqual([[GATEWAY, { name: `natflow-${GATEWAY}` }]]);
});

test.each([
  { command: { toString: null }, gatewayId: { valueOf: 1, toString: 1 } },
  { command: 'timer', gatewayId: GATEWAY, recordingId: { toString: null } },
  { 'detail-type': { toString: null } },
  stateChange([metric()], { state: { value: 'ALARM', timestamp: { toString: null } } }),
])('%j is ignored, whatever its members would do', (raw) => {
  expect(readEvent(raw, 'natflow')).toMatchObject({ kind: 'ignored' });
});

test('an ignored event is quoted in part', () => {
  const request = readEvent({ command: 'x'.repeat(5000), gatewayId: 'y'.repeat(5000) }, 'natflow');
  expect(request).toMatchObject({
    why: expect.stringMatching(/^request: command is "x{40,99}…, "sweep" or /),
  });
});
