import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { tasksOf } from '../../services/replayer/events.ts';
import { eventFixtures } from '../support/fixtures.ts';
import { describeWithPeerData, PEER_DATA } from '../support/peer-data.ts';

const s3Record = (key: string, eventName = 'ObjectCreated:Put') => ({
  eventSource: 'aws:s3',
  eventName,
  s3: { bucket: { name: 'archive' }, object: { key, size: 5 } },
});
const s3Event = (...keys: string[]) => ({ Records: keys.map((key) => s3Record(key)) });
const inSns = (message: unknown) => ({ Type: 'Notification', Message: JSON.stringify(message) });
const inSqs = (...bodies: unknown[]) => ({
  Records: bodies.map((body, i) => ({
    eventSource: 'aws:sqs',
    messageId: `m${i}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })),
});
const created = (key: string) => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'archive' }, object: { key } },
});

test.each<[string, unknown, string[]]>([
  ['a notification', s3Event('a.gz'), ['a.gz']],
  ['a notification of several objects', s3Event('a', 'b'), ['a', 'b']],
  ['an encoded key', s3Event('year%3D2026/a+b%2Bc%C3%A9.gz'), ['year=2026/a b+cé.gz']],
  ['a deletion', { Records: [s3Record('a', 'ObjectRemoved:Delete')] }, []],
  ['a test event', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'archive' }, []],
  ['EventBridge', created('year=2026/a+b%20c.gz'), ['year=2026/a+b%20c.gz']],
  ['another event of EventBridge', { ...created('a'), 'detail-type': 'Object Deleted' }, []],
  [
    'SNS',
    { Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(s3Event('a')) } }] },
    ['a'],
  ],
])('%s is read', (_, event, keys) => {
  const objects = keys.map((key) => ({ bucket: 'archive', key }));
  expect(tasksOf(event)).toEqual([{ messageId: undefined, objects }]);
  for (const wrap of [(one: unknown) => one, inSns]) {
    if ('EventSource' in (Object(event).Records?.[0] ?? {})) continue;
    expect(tasksOf(inSqs(wrap(event), wrap(s3Event('other'))))).toEqual([
      { messageId: 'm0', objects },
      { messageId: 'm1', objects: [{ bucket: 'archive', key: 'other' }] },
    ]);
  }
});

test('a message that is not an S3 event fails alone', () => {
  const tasks = tasksOf(inSqs('no JSON', s3Event('a'), { some: 'thing' }, s3Event('%zz')));
  expect(tasks.map(({ fault }) => fault !== undefined)).toEqual([true, false, true, true]);
});

test('a message without an id fails the whole event', () => {
  const [, message] = inSqs(s3Event('a'), s3Event('b')).Records;
  for (const messageId of [undefined, null, 5, { toString: 1 }]) {
    const odd = { Records: [{ ...message, messageId, body: '{}' }] };
    expect(tasksOf(odd)).toMatchObject([{ messageId: undefined, fault: expect.any(String) }]);
  }
});

const S3 = s3Record('a');

test.each<[unknown, string]>([
  [null, ' is null, an object was expected'],
  ['text', ' is "text", an object was expected'],
  [{}, ': Records is missing'],
  [{ Records: [] }, ': Records is a list, a list that is not empty was expected'],
  [{ Records: [null] }, ': Records.0 is null, an object was expected'],
  [
    { Records: [S3, { eventSource: 'aws:kinesis' }] },
    ': Records.1.eventSource is "aws:kinesis", "aws:s3" was expected',
  ],
  [
    { Records: [{ ...S3, eventName: {} }] },
    ': Records.0.eventName is an object, a text was expected',
  ],
  [{ Records: [{ ...S3, s3: {} }] }, ': Records.0.s3.bucket is missing'],
  [s3Event('%zz'), ': Records.0.s3.object.key is "%zz", an encoded key was expected'],
  [{ ...created('a'), detail: { bucket: 'b' } }, ': detail.bucket is "b", an object was expected'],
  [{ Type: 'Notification', Message: '{' }, ': Message is "{", JSON was expected'],
  [inSns({ Records: 5 }), ': Message: Records is 5, a list was expected'],
  [
    { Records: [{ EventSource: 'aws:sns', Sns: { Message: '5' } }] },
    ': Records.0.Message is 5, an object was expected',
  ],
])('an event of another kind has a fault, in a message as well: %j', (event, fault) => {
  const objects: object[] = [];
  const wrong = { messageId: undefined, objects, fault: `the event${fault}` };
  expect(tasksOf(event)).toEqual([wrong]);
  const inQueue = { messageId: 'm0', objects, fault: `the body of the message${fault}` };
  expect(tasksOf(inSqs(JSON.stringify(event)))).toEqual([inQueue]);
});

describe('events of AWS', () => {
  test.each(eventFixtures<object[]>('replayer'))('$name', ({ event, expected }) => {
    expect(tasksOf(event)).toEqual(expected);
  });

  test.each([...eventFixtures('controller'), ...eventFixtures('forwarder')])(
    '$name has no object',
    ({ event }) => {
      expect(tasksOf(event).flatMap(({ objects }) => objects)).toEqual([]);
    },
  );
});

describeWithPeerData("the events of other people's projects", () => {
  test.each([
    ['s3-put.json', 'sourcebucket', 'Happy Face.jpg'],
    ['s3-decoded-key.json', 'sourcebucket', 'Happy Face.jpg'],
    ['s3-eventbridge-created.json', 'example-bucket', 'IMG_m7fzo3.jpg'],
    ['s3-sqs-datadog.json', 'my-bucket', 'my-key.log'],
    [
      'derived-s3-vpcflow.json',
      'natflow-raw',
      'AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20180620T1620Z_fe123456.log.gz',
    ],
  ])('%s', (file, bucket, key) => {
    const event = JSON.parse(readFileSync(new URL(`events/${file}`, PEER_DATA), 'utf8'));
    expect(tasksOf(event)).toMatchObject([{ objects: [{ bucket, key }] }]);
  });
});
