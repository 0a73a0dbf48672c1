import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeFlowLogsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  TagDeliveryStreamCommand,
} from '@aws-sdk/client-firehose';
import {
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { build } from '../../infra/build.ts';
import { connection, STATE_TABLE } from '../../services/local-aws/dynamodb.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { readControllerAnswer } from '../../shared/contract/controller.ts';
import type { Place } from '../controller/aws-contract.ts';
import { alarmEvent } from '../controller/history.ts';
import { startMoto } from './moto.ts';

const STREAM_NAME = 'natflow';
const BUNDLE = join(import.meta.dirname, '../../dist/controller');
const STREAM = 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/natflow';

let moto: Place;
let ec2: EC2Client;
let cloudWatch: CloudWatchClient;
let scheduler: SchedulerClient;
let controller: LambdaFunction;

beforeAll(async () => {
  await build(['controller']);
  moto = await startMoto();
  ec2 = new EC2Client(connection(moto.endpoint));
  cloudWatch = new CloudWatchClient(connection(moto.endpoint));
  scheduler = new SchedulerClient(connection(moto.endpoint));
  controller = new LambdaFunction({
    bundle: BUNDLE,
    name: 'natflow-controller',
    env: {
      AWS_ENDPOINT_URL: moto.endpoint,
      NATFLOW_STACK: 'natflow',
      NATFLOW_TABLE: STATE_TABLE,
      NATFLOW_STREAM_ARN: STREAM,
      NATFLOW_TOPIC_ARN: moto.topicArn,
      NATFLOW_SCHEDULE_GROUP: moto.scheduleGroup,
      NATFLOW_SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/scheduler',
      NATFLOW_RECORDING_TIME: '1',
      NATFLOW_MINIMUM_RECORDING_TIME: '0',
      NATFLOW_FIRST_LINES_WAIT: '0',
    },
  });
});

afterAll(async () => {
  await controller.close();
  await moto.stop();
});

// Two states of an alarm need different times, because the newer is the one with the later time.
beforeEach(async () => await delay(1100));

/** Invokes the function with an alarm's change of state, as EventBridge does and moto does not. */
async function alarm(state: 'OK' | 'ALARM'): Promise<void> {
  const name = `natflow-${moto.gatewayId}`;
  await moto.setAlarm(name, state);
  const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  const since = MetricAlarms?.[0]?.StateUpdatedTimestamp?.getTime() ?? 0;
  await controller.call(alarmEvent(moto.gatewayId, state, since));
}

/** Invokes the function once and deletes the schedule, as Scheduler does and moto does not. */
async function fire(): Promise<void> {
  const GroupName = moto.scheduleGroup;
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName }));
  for (const { Name } of Schedules) {
    const schedule = await scheduler.send(new GetScheduleCommand({ GroupName, Name }));
    expect(schedule.ScheduleExpression).toMatch(/^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$/);
    if (schedule.ActionAfterCompletion === 'DELETE') {
      await scheduler.send(new DeleteScheduleCommand({ GroupName, Name }));
    }
    await controller.call(JSON.parse(schedule.Target?.Input ?? ''));
  }
}

async function flowLogs() {
  return (await ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs ?? [];
}

async function schedulesLeft(): Promise<number> {
  const command = new ListSchedulesCommand({ GroupName: moto.scheduleGroup });
  return (await scheduler.send(command)).Schedules?.length ?? 0;
}

test('an alarm creates a flow log with all its properties, and OK leaves nothing behind', async () => {
  await alarm('ALARM');
  expect(await flowLogs()).toMatchObject([
    {
      FlowLogStatus: 'ACTIVE',
      ResourceId: expect.stringMatching(/^eni-/),
      TrafficType: 'ALL',
      LogDestinationType: 'kinesis-data-firehose',
      LogDestination: STREAM,
      MaxAggregationInterval: 60,
      LogFormat: expect.stringMatching(/^\$\{version\} .*\$\{traffic-path\}/),
      Tags: expect.arrayContaining([
        { Key: 'natflow:stack', Value: 'natflow' },
        { Key: 'natflow:gateway', Value: moto.gatewayId },
      ]),
    },
  ]);
  expect(await schedulesLeft()).toBe(1);
  await alarm('OK');
  expect(await flowLogs()).toEqual([]);
  expect(await schedulesLeft()).toBe(0);
  expect((await moto.subjects()).map((subject) => subject.replace(/^\d+ s /, ''))).toEqual([
    'egress is being recorded',
    'recording of egress is over',
  ]);
});

test('a recording ends when its time is up, and the next spike has its own recording', async () => {
  await alarm('ALARM');
  const [first] = await flowLogs();
  await delay(1000);
  await fire();
  expect(await flowLogs()).toEqual([]);
  await controller.call({ command: 'sweep' });
  expect(await flowLogs()).toEqual([]);
  await alarm('OK');
  await delay(1100);
  await alarm('ALARM');
  const [second] = await flowLogs();
  expect(second?.FlowLogId).not.toBe(first?.FlowLogId);
  await alarm('OK');
  expect(await flowLogs()).toEqual([]);
});

test('the sweep ends a manual recording whose timer was lost', async () => {
  const gatewayId = moto.gatewayId;
  await controller.call({ command: 'start', gatewayId, minutes: 0.01 });
  expect(await flowLogs()).toHaveLength(1);
  await delay(600);
  await controller.call({ command: 'sweep' });
  expect(await flowLogs()).toEqual([]);
});

test('deleting the stack during a recording leaves nothing behind', async () => {
  await alarm('ALARM');
  expect(await flowLogs()).toHaveLength(1);
  await controller.call({ RequestType: 'Delete' });
  expect(await flowLogs()).toEqual([]);
  expect(await schedulesLeft()).toBe(0);
  await controller.call({ command: 'sweep' });
  expect(await flowLogs()).toEqual([]);
});

test('doctor finds what moto has sound, and names what moto lacks: functions', async () => {
  const { bucket, gatewayId, meter, setAlarm } = moto;
  const firehose = new FirehoseClient(connection(moto.endpoint));
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: STREAM_NAME,
      ExtendedS3DestinationConfiguration: {
        BucketARN: `arn:aws:s3:::${bucket}`,
        RoleARN: 'arn:aws:iam::123456789012:role/stream',
      },
    }),
  );
  await setAlarm(`natflow-${gatewayId}`, 'OK');
  await meter({ gatewayId, at: Date.now(), BytesInFromSource: 1, BytesInFromDestination: 1 });
  const { findings = [] } = readControllerAnswer(await controller.call({ command: 'doctor' }));
  const found = Object.fromEntries(
    findings.map(({ check, status, text }) => [check, [status, text]]),
  );
  expect(found).toMatchObject({
    gateways: ['ok', expect.stringContaining('1 gateway can be recorded')],
    table: ['ok', 'natflow-state can be read and written'],
    orphans: ['ok', 'no flow log without a recording'],
    'service role': ['unknown', expect.stringContaining('AWSServiceRoleForLogDelivery')],
    stream: ['wrong', expect.stringContaining('lacks the tag LogDeliveryEnabled=true')],
    throughput: ['ok', expect.stringContaining('5.0 MiB a second')],
    archive: ['ok', `${bucket} can be listed`],
    subscription: ['ok', expect.stringContaining('http://127.0.0.1:')],
    forwarder: ['wrong', expect.stringContaining('natflow-forwarder: there is no such function')],
    macro: ['wrong', expect.stringContaining('NatflowAlarms: there is no such function')],
  });
  await firehose.send(
    new TagDeliveryStreamCommand({
      DeliveryStreamName: STREAM_NAME,
      Tags: [{ Key: 'LogDeliveryEnabled', Value: 'true' }],
    }),
  );
  const again = readControllerAnswer(await controller.call({ command: 'doctor' }));
  expect(again.findings?.find(({ check }) => check === 'stream')?.status).toBe('ok');
});
