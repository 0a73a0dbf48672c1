import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';
import { STATE_TABLE } from '../../services/local-aws/dynamodb.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import type { FakeAlarm } from '../../services/local-aws/fake-cloudwatch.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { readControllerAnswer } from '../../shared/contract/controller.ts';
import { alarmEvent } from './history.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/controller');
const NAT = 'nat-0a1b2c3d4e5f60718';
const OTHER = 'nat-0b1b2c3d4e5f60718';
const STREAM = 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/natflow';

let fake: FakeAws;
let controller: LambdaFunction;

beforeAll(async () => {
  await buildChanged(['controller']);
}, 60_000);

beforeEach(async () => {
  fake = await FakeAws.start();
  fake.ec2.gateways.set(NAT, { interfaces: ['eni-a'], name: 'egress' });
  fake.ec2.gateways.set(OTHER, { interfaces: [], mode: 'regional' });
  controller = deploy();
});

afterEach(async () => {
  await controller.close();
  fake.stop();
});

function deploy(env: Readonly<Record<string, string>> = {}): LambdaFunction {
  return new LambdaFunction({
    bundle: BUNDLE,
    name: 'natflow-controller',
    environments: 2,
    env: {
      AWS_ENDPOINT_URL: fake.endpoint,
      NATFLOW_STACK: 'natflow',
      NATFLOW_TABLE: STATE_TABLE,
      NATFLOW_STREAM_ARN: STREAM,
      NATFLOW_TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:natflow',
      NATFLOW_SCHEDULE_GROUP: 'natflow',
      NATFLOW_SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/scheduler',
      NATFLOW_MINIMUM_RECORDING_TIME: '0',
      NATFLOW_FIRST_LINES_WAIT: '0',
      ...env,
    },
  });
}

async function redeploy(env: Readonly<Record<string, string>>): Promise<void> {
  await controller.close();
  controller = deploy(env);
}

/** Changes the alarm's state and delivers EventBridge's event. */
async function alarm(state: FakeAlarm['state'], gatewayId = NAT): Promise<void> {
  const since = Date.now();
  fake.alarms.set(`natflow-${gatewayId}`, { state, since });
  await controller.call(alarmEvent(gatewayId, state, since));
}

/** The subjects of the mails, without amounts. */
const subjects = () => fake.mails.map(({ subject }) => subject.replace(/^\d+ s /, ''));
const inputs = () => [...fake.schedules.values()].map(({ Target }) => JSON.parse(Target.Input));

test('an alarm creates the flow log, and OK leaves nothing behind', async () => {
  await alarm('ALARM');
  const [flowLog] = fake.ec2.of(NAT);
  expect(flowLog).toMatchObject({
    resourceId: 'eni-a',
    resourceType: 'NetworkInterface',
    trafficType: 'ALL',
    destination: STREAM,
    destinationType: 'kinesis-data-firehose',
    interval: 60,
    format: expect.stringMatching(/^\$\{version\} \$\{account-id\} .*\$\{pkt-srcaddr\}/),
    tags: { 'natflow:stack': 'natflow', 'natflow:gateway': NAT },
  });
  const recordingId = flowLog?.tags['natflow:recording'];
  expect([...fake.schedules]).toMatchObject([
    [
      `natflow/${recordingId}`,
      {
        ActionAfterCompletion: 'DELETE',
        Target: { Arn: expect.stringMatching(/:function:natflow-controller$/) },
      },
    ],
  ]);
  expect(inputs()).toEqual([{ command: 'timer', gatewayId: NAT, recordingId }]);
  await alarm('OK');
  expect(fake.ec2.flowLogs.size).toBe(0);
  expect(fake.schedules.size).toBe(0);
  expect(subjects()).toEqual(['egress is being recorded', 'recording of egress is over']);
});

test('an alarm that is over does not end a recording before its lines', async () => {
  await redeploy({ NATFLOW_FIRST_LINES_WAIT: '900' });
  await alarm('ALARM');
  await alarm('OK');
  const [flowLog] = fake.ec2.of(NAT);
  expect(fake.ec2.flowLogs.size).toBe(1);
  const names = [...fake.schedules.keys()].map((name) => name.replace(/-look-\d+$/, '-look'));
  const recordingId = flowLog?.tags['natflow:recording'];
  expect(new Set(names)).toEqual(
    new Set([`natflow/${recordingId}`, `natflow/${recordingId}-look`]),
  );
  fake.ec2.deliveries.set(flowLog?.id ?? '', { status: 'SUCCESS' });
  await controller.call({ command: 'timer', gatewayId: NAT, recordingId });
  expect(fake.ec2.flowLogs.size).toBe(0);
  expect(subjects()).toEqual(['egress is being recorded', 'recording of egress is over']);
});

test('a forwarder that may have fallen asleep is woken with an empty delivery when a recording starts', async () => {
  const forwarder = 'arn:aws:lambda:eu-west-1:123456789012:function:natflow-forwarder';
  await redeploy({ NATFLOW_FORWARDER_ARN: forwarder });
  await alarm('ALARM');
  const wakes = [...fake.schedules.values()].filter(({ Target }) => Target.Arn === forwarder);
  expect(wakes.map(({ Target }) => JSON.parse(Target.Input))).toEqual([{ records: [] }]);
  const [begun, scheduled] = ['CreateFlowLogs', 'CreateSchedule'].map((call) =>
    fake.calls.lastIndexOf(call),
  );
  expect(begun).toBeGreaterThan(scheduled ?? 0);
});

test('lines that AWS cannot deliver are told with its word, and the recording does not count', async () => {
  await alarm('ALARM');
  const [flowLog] = fake.ec2.of(NAT);
  const failed = { status: 'FAILED', error: 'Access error' } as const;
  fake.ec2.deliveries.set(flowLog?.id ?? '', failed);
  await controller.call({ command: 'sweep' });
  expect(fake.mails.at(-1)?.body).toContain('Reason: Access error\n');
  await alarm('OK');
  const { gateways } = readControllerAnswer(await controller.call({ command: 'list' }));
  expect(gateways).toMatchObject([{ gatewayId: NAT, counted: 0 }]);
});

test('the stop is armed before the flow log is created', async () => {
  await alarm('ALARM');
  const acts = fake.calls.filter((call) => call.startsWith('Create'));
  expect(acts).toEqual(['CreateSchedule', 'CreateFlowLogs']);
});

test('a regional gateway is recorded by its id', async () => {
  await alarm('ALARM', OTHER);
  expect(fake.ec2.of(OTHER)).toMatchObject([
    { resourceId: OTHER, resourceType: 'RegionalNatGateway' },
  ]);
});

test('a recording ends when its time is up, and the next spike has its own recording', async () => {
  await redeploy({ NATFLOW_RECORDING_TIME: '1' });
  await alarm('ALARM');
  const [timer] = inputs();
  await delay(1000);
  await controller.call(timer);
  expect(fake.ec2.flowLogs.size).toBe(0);
  await alarm('OK');
  await delay(100);
  await alarm('ALARM');
  const [next] = fake.ec2.of(NAT);
  await controller.call(timer);
  expect(fake.ec2.of(NAT)).toEqual([next]);
  const list = (await controller.call({ command: 'list' })) as { gateways: object[] };
  expect(list.gateways).toMatchObject([{ gatewayId: NAT, counted: 2 }]);
});

test('one event delivered to two environments at once starts one recording and sends one mail', async () => {
  const since = Date.now();
  fake.alarms.set(`natflow-${NAT}`, { state: 'ALARM', since });
  const event = alarmEvent(NAT, 'ALARM', since);
  const ends = await Promise.all([controller.invoke(event), controller.invoke(event)]);
  expect(ends.map(({ environment, error }) => ({ environment, error }))).toEqual([
    { environment: 0, error: undefined },
    { environment: 1, error: undefined },
  ]);
  expect(fake.ec2.of(NAT)).toHaveLength(1);
  expect(subjects()).toEqual(['egress is being recorded']);
});

test.each(['reset', 'lost'] as const)(
  'the SDK recovers from a connection that is %s',
  async (how) => {
    for (const call of ['CreateFlowLogs', 'CreateSchedule', 'DescribeAlarms']) {
      fake.faults.push({ call, how });
    }
    await alarm('ALARM');
    expect(fake.ec2.of(NAT)).toHaveLength(1);
    expect(subjects()).toEqual(['egress is being recorded']);
  },
);

test('a refusal is notified with its reason, and the sweep retries and succeeds', async () => {
  fake.faults.push({ call: 'CreateFlowLogs', how: { code: 'UnauthorizedOperation', status: 403 } });
  await alarm('ALARM');
  expect(fake.mails).toMatchObject([
    {
      subject: 'nat-0a1b2c3d4e5f60718: the start of a recording failed',
      body: expect.stringContaining('access denied: the caller lacks ec2:CreateFlowLogs'),
    },
  ]);
  await controller.call({ command: 'sweep' });
  expect(fake.ec2.of(NAT)).toHaveLength(1);
});

test('deleting the stack during a recording leaves nothing and responds to CloudFormation', async () => {
  await alarm('ALARM');
  await controller.call({
    RequestType: 'Delete',
    ResponseURL: `${fake.endpoint}/custom-resource`,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Recordings',
    PhysicalResourceId: 'recordings',
  });
  expect(fake.ec2.flowLogs.size).toBe(0);
  expect(fake.schedules.size).toBe(0);
  expect(fake.resourceAnswers).toEqual([
    {
      Status: 'SUCCESS',
      Reason: 'done',
      PhysicalResourceId: 'recordings',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Recordings',
    },
  ]);
  await alarm('OK');
  await alarm('ALARM');
  expect(fake.ec2.flowLogs.size).toBe(0);
});

test('a failed deletion is reported to CloudFormation instead of hanging', async () => {
  await alarm('ALARM');
  const [flowLog] = fake.ec2.of(NAT);
  fake.ec2.unsuccessful.set(flowLog?.id ?? '', 'UnauthorizedOperation');
  const ResponseURL = `${fake.endpoint}/custom-resource`;
  await controller.call({ RequestType: 'Delete', ResponseURL, LogicalResourceId: 'Recordings' });
  expect(fake.resourceAnswers).toMatchObject([
    { Status: 'FAILED', Reason: expect.stringContaining('UnauthorizedOperation') },
  ]);
});

test('all faults of the settings are reported at start', async () => {
  await redeploy({ NATFLOW_STACK: '', NATFLOW_RECORDING_TIME: 'soon' });
  const { error } = await controller.invoke({ command: 'list' });
  expect(error?.errorMessage).toBe(
    'settings: NATFLOW_STACK is not set; NATFLOW_RECORDING_TIME is "soon", not a whole number from 0 to 86400',
  );
});

test('the state of a gateway is written as metrics', async () => {
  await alarm('ALARM');
  expect(controller.metrics).toMatchObject([
    {
      namespace: 'NatFlow',
      dimensions: [{ Stack: 'natflow' }, { Stack: 'natflow', NatGatewayId: NAT }],
      values: { RecordingActive: 1, RecordingsRemaining: 9 },
    },
  ]);
});
