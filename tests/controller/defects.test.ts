import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readEvent } from '../../services/controller/events.ts';
import { connection } from '../../services/local-aws/dynamodb.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { flowLogs } from '../../shared/aws/flow-logs.ts';
import { alarmEvent, History } from './history.ts';
import { World } from './world.ts';

// Regression tests for defects of a predecessor. Each cost a recording or money.

const NAT = 'nat-0a';
const MINUTE = 60_000;
const RULES = {
  recordingTime: 15 * MINUTE,
  minimumRecordingTime: 2 * MINUTE,
  firstLinesWait: 0,
  numOfRecordings: 2,
};

let world: World;
let history: History;

function begin(rules: Partial<typeof RULES> = {}): void {
  world = new World({ ...RULES, ...rules });
  history = new History(world);
}

beforeEach(() => begin());
afterEach(() => expect(world.violation).toBeUndefined());

async function alarm(state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'): Promise<void> {
  await history.alarm(NAT, state);
  await history.deliverAll();
}

async function pass(minutes: number): Promise<void> {
  await history.advance(minutes * MINUTE);
  await history.deliverAll();
}

const mails = () => world.mails.map(({ key }) => key.split(' ').slice(0, -1).join(' '));
const recordingIds = () => world.live(NAT).map(({ recordingId }) => recordingId);

test('a failed start is notified, not counted, and retried while the alarm lasts', async () => {
  world.refusing.add(NAT);
  await alarm('ALARM');
  await history.run({ command: 'sweep' });
  expect(mails()).toEqual(['failed start']);
  expect(world.state(NAT)?.counted).toBe(0);
  world.refusing.clear();
  await history.run({ command: 'sweep' });
  expect(world.live(NAT)).toHaveLength(1);
  expect(mails()).toEqual(['failed start', 'started']);
});

test('an OK during the start of a recording ends it', async () => {
  await history.alarm(NAT, 'ALARM');
  await history.happen({ do: 'deliver', index: 0 });
  for (let call = 0; call < 5; call++) await history.happen({ do: 'step', index: 0 });
  expect(world.state(NAT)?.recording?.phase).toBe('starting');
  await alarm('OK');
  await history.drain();
  expect(world.live(NAT)).toEqual([]);
  expect(world.state(NAT)).toMatchObject({ counted: 0 });
  expect(world.state(NAT)?.recording).toBeUndefined();
});

/** The flow log is created after its recording was given up, and the response is lost. */
async function loseAnswerOfStart(): Promise<void> {
  await history.alarm(NAT, 'ALARM');
  await history.happen({ do: 'deliver', index: 0 });
  for (let call = 0; call < 5; call++) await history.happen({ do: 'step', index: 0 });
  const [create, ...others] = world.gates.splice(0);
  expect(others).toEqual([]);
  await alarm('OK');
  if (create) world.gates.push(create);
  world.faults.push({ call: 'create', fault: 'crash after' });
  await history.happen({ do: 'step', index: 0 });
  expect(world.live(NAT)).toHaveLength(1);
}

test('a flow log whose start was given up is deleted by the next evaluation, notified and counted', async () => {
  await loseAnswerOfStart();
  await history.run({ command: 'sweep' });
  await history.run({ command: 'sweep' });
  expect(world.live(NAT)).toEqual([]);
  expect(world.mails.map(({ key }) => key)).toEqual(['orphaned fl-0']);
  expect(world.state(NAT)?.counted).toBe(1);
});

test('an orphan that uses up the last recording is notified before the cap', async () => {
  begin({ numOfRecordings: 1 });
  await loseAnswerOfStart();
  await alarm('ALARM');
  expect(mails()).toEqual(['orphaned', 'capped 1']);
  expect(world.flowLogs).toHaveLength(1);
});

test.each([
  ['stop', { command: 'stop', gatewayId: NAT }],
  ['the end of the stack', { RequestType: 'Delete' }],
])('a recording whose start was not heard of is counted and told at %s', async (_, raw) => {
  world.faults.push({ call: 'create', fault: 'crash after' });
  await history.alarm(NAT, 'ALARM');
  await history.happen({ do: 'deliver', index: 0 });
  await history.happen({ do: 'finish', index: 0 });
  expect(world.live(NAT)).toHaveLength(1);
  await history.run(raw);
  expect(world.live(NAT)).toEqual([]);
  expect(mails()).toEqual(['started', 'finished']);
  expect(world.state(NAT)?.counted).toBe(1);
});

test('a flow log that remains of a start that was given up is counted and notified', async () => {
  world.faults.push(
    { call: 'create', fault: 'lost' },
    { call: 'deleteFlowLogs', fault: 'throttled' },
  );
  await history.run({ command: 'start', gatewayId: NAT });
  expect(mails()).toEqual(['failed stop']);
  await history.run({ command: 'sweep' });
  expect(world.live(NAT)).toEqual([]);
  expect(mails()).toEqual(['failed stop', 'started', 'finished']);
  expect(world.state(NAT)?.counted).toBe(1);
});

test('INSUFFICIENT_DATA ends a recording like OK', async () => {
  await alarm('ALARM');
  await alarm('INSUFFICIENT_DATA');
  expect(world.live(NAT)).toHaveLength(1);
  await pass(3);
  expect(world.live(NAT)).toEqual([]);
});

test('an alarm event that is delivered after the end of its spike starts nothing', async () => {
  await history.alarm(NAT, 'ALARM');
  const raisedAt = world.now;
  await history.alarm(NAT, 'OK');
  await history.run(alarmEvent(NAT, 'OK', world.now));
  await history.run(alarmEvent(NAT, 'ALARM', raisedAt));
  expect(world.flowLogs).toEqual([]);
});

test('a second alarm event during a recording changes nothing', async () => {
  await alarm('ALARM');
  const [first] = recordingIds();
  await alarm('INSUFFICIENT_DATA');
  await alarm('ALARM');
  await history.run(alarmEvent(NAT, 'ALARM', world.now));
  await pass(5);
  expect(recordingIds()).toEqual([first]);
  expect(mails()).toEqual(['started']);
  await alarm('OK');
  await pass(3);
  expect(world.live(NAT)).toEqual([]);
});

test('the timer of the first recording does not end the second', async () => {
  await alarm('ALARM');
  const [first] = recordingIds();
  await alarm('OK');
  await pass(3);
  await alarm('ALARM');
  await history.run({ command: 'timer', gatewayId: NAT, recordingId: first });
  expect(recordingIds()).toHaveLength(1);
  expect(recordingIds()).not.toContain(first);
});

test('a failure inside a successful response fails a start and a stop', async () => {
  const fake = await FakeAws.start();
  const ec2 = new EC2Client(connection(fake.endpoint));
  const logs = flowLogs(ec2, { stack: 'natflow', streamArn: 's', logFormat: '${version}' });
  const recording = { id: 'recording-1', gatewayId: NAT };
  const target = { resourceType: 'NetworkInterface', resourceIds: ['eni-1'] } as const;
  fake.ec2.unsuccessful.set('eni-1', 'AccessDenied');
  await expect(logs.create(recording, target)).rejects.toMatchObject({ refused: true });
  fake.ec2.unsuccessful.delete('eni-1');
  const [id = ''] = await logs.create({ ...recording, id: 'recording-2' }, target);
  fake.ec2.unsuccessful.set(id, 'UnauthorizedOperation');
  await expect(logs.delete([id])).rejects.toThrow('ec2:DeleteFlowLogs: UnauthorizedOperation');
  fake.stop();
});

test('the aggregation interval is 60 seconds, not 600', async () => {
  const fake = await FakeAws.start();
  const ec2 = new EC2Client(connection(fake.endpoint));
  const logs = flowLogs(ec2, { stack: 'natflow', streamArn: 's', logFormat: '${version}' });
  const target = { resourceType: 'NetworkInterface', resourceIds: ['eni-1'] } as const;
  await logs.create({ id: 'recording-1', gatewayId: NAT }, target);
  expect(fake.ec2.of(NAT)).toMatchObject([{ interval: 60 }]);
  fake.stop();
});

test('a RecordingTime of 0 records until OK', async () => {
  begin({ recordingTime: 0 });
  await alarm('ALARM');
  await pass(24 * 60);
  await history.run({ command: 'sweep' });
  expect(world.live(NAT)).toHaveLength(1);
  await alarm('OK');
  await pass(3);
  expect(world.live(NAT)).toEqual([]);
  expect(mails()).toEqual(['started', 'finished']);
});

test.each([0, 1, 2])('the gateway is found at any position among the metrics (%i)', (position) => {
  const metrics: object[] = [
    { id: 'e1', expression: 'm1 + m2', returnData: true },
    {
      id: 'm2',
      metricStat: { metric: { dimensions: { InstanceId: 'i-1' }, name: 'NetworkIn' } },
    },
  ];
  const metric = { dimensions: { NatGatewayId: NAT }, name: 'BytesInFromSource' };
  metrics.splice(position, 0, { id: 'm1', metricStat: { metric } });
  const event = { ...alarmEvent(NAT, 'ALARM', 0) } as { detail: object };
  event.detail = { ...event.detail, configuration: { metrics } };
  expect(readEvent(event, 'natflow')).toMatchObject({ kind: 'gateway', gatewayId: NAT });
});

test("another stack's alarm on the same gateway starts nothing", async () => {
  const event = alarmEvent(NAT, 'ALARM', world.now) as { detail: object };
  event.detail = { ...event.detail, alarmName: `colleague-${NAT}` };
  await history.run(event);
  expect(world.trace).toEqual([]);
});

test('the cap on recordings is notified once', async () => {
  for (let spike = 0; spike < 4; spike++) {
    await alarm('ALARM');
    await alarm('OK');
    await pass(3);
  }
  expect(mails()).toEqual(['started', 'finished', 'started', 'finished', 'capped 2']);
});

test('after RecordingTime, a spike is not recorded again while it lasts', async () => {
  await alarm('ALARM');
  await pass(16);
  expect(world.live(NAT)).toEqual([]);
  await history.run({ command: 'sweep' });
  expect(world.live(NAT)).toEqual([]);
  await alarm('OK');
  await alarm('ALARM');
  expect(world.live(NAT)).toHaveLength(1);
});

test('an orphaned flow log is deleted by the sweep and notified once', async () => {
  world.plant(NAT, 'lost');
  await history.run({ command: 'sweep' });
  await history.run({ command: 'sweep' });
  expect(world.live(NAT)).toEqual([]);
  expect(world.mails.map(({ key }) => key)).toEqual(['orphaned fl-0']);
});
