import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { connection, STATE_TABLE } from '../../services/local-aws/dynamodb.ts';
import type { MeteredMinute } from '../../services/local-aws/fake-cloudwatch.ts';
import type { Place } from '../controller/aws-contract.ts';
import { freePort } from '../support/free-port.ts';
import { createNetwork } from './network.ts';

const SERVER = process.env['NATFLOW_MOTO_SERVER'] ?? 'moto_server';
const SCHEDULE_GROUP = 'natflow';
const BUCKET = 'archive';
const START_LIMIT_MS = 30_000;

/** Starts moto with the resources of a deployed stack. Fails when moto is not installed. */
export async function startMoto(): Promise<Place> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(SERVER, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = once(server, 'exit');
  await once(server, 'spawn');
  await answering(endpoint);
  const mails = await receiveMails();
  const topicArn = await createTopic(endpoint, mails.address);
  await createTable(endpoint);
  await createScheduleGroup(endpoint);
  await createBucket(endpoint);
  const network = await createNetwork(endpoint);
  return {
    endpoint,
    topicArn,
    gatewayId: network.NatGateways[0]?.NatGatewayId ?? '',
    scheduleGroup: SCHEDULE_GROUP,
    bucket: BUCKET,
    network,
    meter: async (minute) => await meter(endpoint, minute),
    setAlarm: async (name, state) => await setAlarm(endpoint, name, state),
    subjects: async () => mails.subjects,
    stop: async () => {
      server.kill();
      mails.close();
      await ended;
    },
  };
}

async function answering(endpoint: string): Promise<void> {
  const limit = Date.now() + START_LIMIT_MS;
  while (!(await fetch(`${endpoint}/moto-api/`).catch(() => undefined))?.ok) {
    if (Date.now() > limit) throw new Error(`moto does not answer at ${endpoint}`);
    await delay(100);
  }
}

/** A subscriber of the topic, because moto delivers to HTTP endpoints. */
async function receiveMails() {
  const subjects: string[] = [];
  const server = createServer(async (request, response) => {
    const { Type, Subject } = JSON.parse(await text(request));
    if (Type === 'Notification') subjects.push(Subject);
    response.end();
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { subjects, address: `http://127.0.0.1:${port}`, close: () => server.close() };
}

async function createTopic(endpoint: string, Endpoint: string): Promise<string> {
  const sns = new SNSClient(connection(endpoint));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'natflow' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
  return TopicArn ?? '';
}

async function createTable(endpoint: string): Promise<void> {
  const command = new CreateTableCommand({
    TableName: STATE_TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  });
  await new DynamoDBClient(connection(endpoint)).send(command);
}

async function createScheduleGroup(endpoint: string): Promise<void> {
  const command = new CreateScheduleGroupCommand({ Name: SCHEDULE_GROUP });
  await new SchedulerClient(connection(endpoint)).send(command);
}

async function createBucket(endpoint: string): Promise<void> {
  const LocationConstraint = 'eu-west-1';
  const command = new CreateBucketCommand({
    Bucket: BUCKET,
    CreateBucketConfiguration: { LocationConstraint },
  });
  await new S3Client(connection(endpoint)).send(command);
}

async function meter(endpoint: string, minute: MeteredMinute): Promise<void> {
  const { gatewayId, at, dimensions = { NatGatewayId: gatewayId }, ...bytes } = minute;
  const command = new PutMetricDataCommand({
    Namespace: 'AWS/NATGateway',
    MetricData: Object.entries(bytes).map(([MetricName, Value]) => ({
      MetricName,
      Value,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Timestamp: new Date(at),
    })),
  });
  await new CloudWatchClient(connection(endpoint)).send(command);
}

async function setAlarm(endpoint: string, AlarmName: string, StateValue: 'OK' | 'ALARM') {
  const cloudWatch = new CloudWatchClient(connection(endpoint));
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'AWS/NATGateway',
      MetricName: 'BytesInFromSource',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'test' }));
}
