import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';
import { STATE_TABLE } from '../../services/local-aws/dynamodb.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { alarmEvent } from '../controller/history.ts';
import { GATEWAY, INTERFACE, START, storyLines, storyNetwork } from '../reporter/story.ts';
import { delivery } from '../support/deliveries.ts';
import { dangersIn, HOSTILE, HOSTILE_FIELD, HOSTILE_IN_XML } from '../support/hostile-text.ts';
import { PATIENCE_MS } from '../support/run-natflow.ts';
import { startS3 } from '../support/s3.ts';

jest.setTimeout(PATIENCE_MS);

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:natflow';
const ID = `${GATEWAY}-20261122T101430Z-3`;
const KEY = `flows/2026/11/22/10/${HOSTILE_IN_XML}-1-2026-11-22-10-16-01-0a1b.log`;

let aws: FakeAws;
let s3: Awaited<ReturnType<typeof startS3>>;
let functions: LambdaFunction[] = [];

beforeAll(async () => {
  await buildChanged(['controller', 'forwarder', 'replayer', 'reporter']);
}, PATIENCE_MS);
beforeEach(async () => {
  aws = await FakeAws.start();
  s3 = await startS3();
  aws.ec2.gateways.set(GATEWAY, { interfaces: [INTERFACE], name: HOSTILE_IN_XML });
});
afterEach(async () => {
  await Promise.all(functions.map((each) => each.close()));
  functions = [];
  s3.stop();
  aws.stop();
});

function deploy(name: string, env: Readonly<Record<string, string>> = {}): LambdaFunction {
  const deployed = new LambdaFunction({
    bundle: join(import.meta.dirname, '../../dist', name),
    name: `natflow-${name}`,
    env: {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      NATFLOW_STACK: 'natflow',
      NATFLOW_TOPIC_ARN: TOPIC,
      NATFLOW_ARCHIVE: 'archive',
      NATFLOW_TABLE: STATE_TABLE,
      ...env,
    },
  });
  functions.push(deployed);
  return deployed;
}

function controller(env: Readonly<Record<string, string>> = {}): LambdaFunction {
  return deploy('controller', {
    NATFLOW_STREAM_ARN: 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/natflow',
    NATFLOW_SCHEDULE_GROUP: 'natflow',
    NATFLOW_SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/scheduler',
    ...env,
  });
}

/** Checks that logs and mails are harmless and contain the hostile text. */
function expectHarmless({ logs }: LambdaFunction): void {
  const mails = aws.mails.flatMap(({ subject, body }) => [subject, body]);
  // Lambda's runtime separates the columns of its lines by tabs.
  const texts = [...logs.flatMap((line) => line.split('\t')), ...mails];
  expect(texts.flatMap(dangersIn)).toEqual([]);
  expect(texts.join('\n')).toContain('mark');
}

async function raiseAlarm(lambda: LambdaFunction): Promise<void> {
  const since = Date.now();
  aws.alarms.set(`natflow-${GATEWAY}`, { state: 'ALARM', since });
  await lambda.call(alarmEvent(GATEWAY, 'ALARM', since));
}

test("the controller: a gateway's Name tag", async () => {
  const lambda = controller();
  await raiseAlarm(lambda);
  await lambda.call({ command: 'stop', gatewayId: GATEWAY });
  expect(aws.mails).toHaveLength(2);
  expectHarmless(lambda);
});

test("the controller: AWS's reason for a refusal", async () => {
  const lambda = controller();
  aws.ec2.unsuccessful.set(INTERFACE, HOSTILE_IN_XML);
  await raiseAlarm(lambda);
  expect(aws.mails).toMatchObject([{ body: expect.stringContaining('the start of a recording') }]);
  expectHarmless(lambda);
});

test.each([
  ['a command', { command: HOSTILE, gatewayId: HOSTILE }],
  ['another alarm', { ...alarmEvent(GATEWAY, 'OK', 1), detail: alarmNamed(HOSTILE) }],
  ['another event', { 'detail-type': HOSTILE }],
])('the controller: %s', async (_, event) => {
  const lambda = controller();
  await lambda.invoke(event);
  expectHarmless(lambda);
});

function alarmNamed(alarmName: string): object {
  const { detail } = alarmEvent(GATEWAY, 'OK', 1) as { detail: object };
  return { ...detail, alarmName };
}

test('the controller: settings', async () => {
  const lambda = controller({ NATFLOW_RECORDING_TIME: HOSTILE_FIELD });
  const { error } = await lambda.invoke({ command: 'list' });
  expect(dangersIn(error?.errorMessage ?? 'no error')).toEqual([]);
  expectHarmless(lambda);
});

test('the reporter: tags, keys of objects, and stored reports', async () => {
  const { Reservations, ...network } = storyNetwork();
  const Tags = [{ Key: 'Name', Value: HOSTILE_IN_XML }];
  const instances = Reservations.flatMap(({ Instances }) => Instances);
  aws.ec2.network = {
    ...network,
    Reservations: [{ Instances: instances.map((each) => ({ ...each, Tags })) }],
  };
  s3.put('archive/flows/2026/11/22/10/a-1-2026-11-22-10-16-01-0a.log', storyLines());
  s3.put(`archive/${KEY}`, Buffer.from('1f8b0800', 'hex'));
  const lambda = deploy('reporter');
  const recording = { id: ID, gatewayId: GATEWAY, gatewayName: HOSTILE };
  const times = { startedAt: START * 1000, endedAt: Date.UTC(2026, 10, 22, 10, 58) };
  await lambda.call({ command: 'report', recording: { ...recording, ...times } });
  expect(lambda.logs.join('\n')).toMatch(/"WARN".*flows\/2026\/11\/22\/10\/mark/);
  expectHarmless(lambda);
  // The link opens the report without a login.
  expect(aws.mails[0]?.body).toContain('X-Amz-Signature');
  expect(lambda.logs.join('\n')).not.toContain('X-Amz-');
  for (const file of ['report.html', 'report.json']) {
    const { body } = s3.objects.get(`archive/reports/${ID}/${file}`) ?? {};
    const text = Buffer.from(body instanceof Uint8Array ? body : []).toString();
    expect(text).toContain('mark');
    expect({ file, dangers: dangersIn(text) }).toEqual({ file, dangers: [] });
  }
});

test('the reporter: an event that is no request', async () => {
  const lambda = deploy('reporter');
  const { error } = await lambda.invoke({ command: HOSTILE_FIELD });
  expect(dangersIn(error?.errorMessage ?? 'no error')).toEqual([]);
  expectHarmless(lambda);
});

test.each(['own', 'queued'])(
  'the replayer: keys of objects, in an event of its %s',
  async (way) => {
    s3.put(`archive/${KEY}`, Buffer.from('1f8b0800', 'hex'));
    const lambda = deploy('replayer', { NATFLOW_COLLECTORS: '127.0.0.1:9' });
    const s3Event = {
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: 'archive' }, object: { key: encodeURIComponent(KEY) } },
    };
    const body = JSON.stringify({ Records: [s3Event] });
    const queued = { Records: [{ eventSource: 'aws:sqs', messageId: 'm', body }] };
    const { error } = await lambda.invoke(way === 'own' ? { Records: [s3Event] } : queued);
    expect(dangersIn(error?.errorMessage ?? '')).toEqual([]);
    expectHarmless(lambda);
  },
);

test.each([
  ['of a collector that has none', { NATFLOW_COLLECTORS: 'mark\u009b\u202e\u200b.invalid:2055' }],
  ['that is a setting', { NATFLOW_LEGS: HOSTILE_FIELD }],
])('the forwarder: a name %s', async (_, env) => {
  const lambda = deploy('forwarder', env);
  await lambda.invoke(delivery('2 1 eni-1 10.0.0.1 1.1.1.1 1 443 6 1 9 60 61 ACCEPT OK'));
  expectHarmless(lambda);
});
