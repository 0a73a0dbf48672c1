import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { MESSAGES, SENDER } from '../../tests/notification/samples.ts';
import { attributesOf, eventOf } from '../notification/event.ts';
import type { Fact } from '../notification/facts.ts';
import type { Message } from '../notification/message.ts';
import { mailText } from '../text/mail-text.ts';
import { putEvent } from './events.ts';
import { notify } from './notifications.ts';

let aws: FakeAws;
let settings: object;
beforeEach(async () => {
  aws = await FakeAws.start();
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  settings = { endpoint: aws.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
});
afterEach(() => aws.stop());

const messageOf = (fact: Fact) => MESSAGES.find((message) => message.fact === fact) as Message;
const put = () =>
  putEvent(
    new EventBridgeClient(settings),
    'natflow-bus',
    eventOf(messageOf('recording-started'), SENDER),
  );

test('an event has its source, type, gateway and detail on the bus', async () => {
  await put();
  expect(aws.events).toMatchObject([
    {
      ...{ source: 'natflow', detailType: 'Recording Started', bus: 'natflow-bus' },
      resources: ['arn:aws:ec2:us-east-1:123456789012:natgateway/nat-0c11aa22bb33cc44d'],
      detail: { version: '1', fact: 'recording-started', severity: 'warning', stack: 'natflow' },
    },
  ]);
});

test.each(['ThrottlingException', 'InternalFailure'])(
  'an entry that fails with %s, in an answer that does not, is put again',
  async (code) => {
    aws.failedEntries.push(code, code);
    await put();
    expect(aws.events).toHaveLength(1);
    expect(aws.calls).toEqual(['PutEvents', 'PutEvents', 'PutEvents']);
  },
);

test('an entry that fails three times is an error, to be tried again later', async () => {
  aws.failedEntries.push(...Array(3).fill('InternalFailure'));
  await expect(put()).rejects.toThrow(
    'events:PutEvents: InternalFailure: InternalFailure injected',
  );
  await expect(put()).resolves.toBeUndefined();
});

test.each(['InvalidArgument', 'NotAuthorizedForSourceException'])(
  'an entry that EventBridge refuses with %s is not put again',
  async (code) => {
    aws.failedEntries.push(code);
    await expect(put()).rejects.toMatchObject({ refused: true });
    expect(aws.calls).toEqual(['PutEvents']);
  },
);

test.each<[Fact, object]>([
  ['recording-started', { gateway: 'nat-0c11aa22bb33cc44d', severity: 'warning' }],
  ['budget-reached', { severity: 'error' }],
  ['gateways-followed', { gateway: 'nat-0d22aa22bb33cc44d', severity: 'info' }],
])('a mail has the attributes that subscriptions filter by: %s', async (fact, attributes) => {
  const message = messageOf(fact);
  const { parts } = message;
  const sns = new SNSClient(settings);
  const topic = 'arn:aws:sns:us-east-1:123456789012:natflow';
  await notify(sns, topic, mailText(parts), attributesOf([message], SENDER));
  expect(aws.mails).toMatchObject([
    { subject: mailText(parts).subject, attributes: { stack: 'natflow', fact, ...attributes } },
  ]);
});

test('a mail of several gateways and facts has them all', () => {
  const all = attributesOf(MESSAGES.slice(-2), SENDER);
  expect(all).toEqual({
    ...{ stack: 'natflow', severity: 'info' },
    fact: ['gateways-followed', 'gateways-no-longer-followed'],
    gateway: ['nat-0d22aa22bb33cc44d', 'nat-0e33aa22bb33cc44d'],
  });
});
