import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeFlowLogsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from '../../infra/build.ts';
import { connection, STATE_TABLE } from '../../services/local-aws/dynamodb.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { readControllerAnswer } from '../../shared/contract/controller.ts';
import type { Place } from '../controller/aws-contract.ts';
import { startMoto } from './moto.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/controller');

let moto: Place;
let controller: LambdaFunction;

beforeAll(async () => {
  await build(['controller']);
  moto = await startMoto();
  controller = new LambdaFunction({
    bundle: BUNDLE,
    name: 'natflow-controller',
    env: {
      AWS_ENDPOINT_URL: moto.endpoint,
      NATFLOW_STACK: 'natflow',
      NATFLOW_TABLE: STATE_TABLE,
      NATFLOW_STREAM_ARN: 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/natflow',
      NATFLOW_TOPIC_ARN: moto.topicArn,
      NATFLOW_SCHEDULE_GROUP: moto.scheduleGroup,
      NATFLOW_SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/scheduler',
      NATFLOW_MONTHLY_BUDGET: '1',
    },
  });
});

afterAll(async () => {
  await controller.close();
  await moto.stop();
});

/** Bytes of the stream in the minute that is over, as CloudWatch has them of Firehose. */
async function deliver(bytes: number): Promise<void> {
  const datum = {
    MetricName: 'IncomingBytes',
    Value: bytes,
    Timestamp: new Date(Date.now() - 60_000),
    Dimensions: [{ Name: 'DeliveryStreamName', Value: 'natflow' }],
  };
  const command = new PutMetricDataCommand({ Namespace: 'AWS/Firehose', MetricData: [datum] });
  await new CloudWatchClient(connection(moto.endpoint)).send(command);
}

const ask = async (command: object) => readControllerAnswer(await controller.call(command));

async function flowLogs(): Promise<number> {
  const ec2 = new EC2Client(connection(moto.endpoint));
  return (await ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs?.length ?? 0;
}

test('what the stream took ends a recording, none begins, and a reset is one command', async () => {
  const { gatewayId } = moto;
  const start = { command: 'start', gatewayId };
  expect((await ask(start)).refused).toBeUndefined();
  expect(await flowLogs()).toBe(1);

  await deliver(3 * 2 ** 30);
  // An answer of CloudWatch serves for five seconds.
  await delay(5_100);
  await ask({ command: 'sweep' });
  expect(await flowLogs()).toBe(0);
  const { budget, refused } = { ...(await ask({ command: 'budget' })), ...(await ask(start)) };
  expect(budget).toMatchObject({ status: 'reached', bytes: 3 * 2 ** 30 });
  expect(refused).toContain("the stack's budget is reached");
  const told = (await moto.subjects()).filter((subject) => subject.includes('MonthlyBudget'));
  expect(told).toEqual(['$1.00 of MonthlyBudget reached: natflow records nothing more this month']);

  const reset = await ask({ command: 'reset-budget' });
  expect(reset.budget).toMatchObject({ status: 'open', bytes: 0 });
  expect((await ask(start)).refused).toBeUndefined();
  expect((await ask({ command: 'stop', gatewayId })).refused).toBeUndefined();
});
