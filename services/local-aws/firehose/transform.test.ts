import { expect, test } from '@jest/globals';
import type { FirehoseTransformationEvent } from 'aws-lambda';
import { type Transform, transformBatch } from './transform.ts';

const NOW = 1_795_000_000_000;
const ids = ['a', 'b', 'c'];
const ok = (recordId: string, data: unknown = btoa(recordId.toUpperCase())) => ({
  recordId,
  result: 'Ok',
  data,
});

async function transformed(transform: Transform) {
  const records = ids.map((recordId) => ({
    recordId,
    approximateArrivalTimestamp: NOW - 1000,
    data: btoa(recordId),
  }));
  const { delivered, failed } = await transformBatch(records, {
    streamArn: 'arn:aws:firehose:eu-west-1:000000000000:deliverystream/natflow',
    transform,
    retries: 3,
    now: () => NOW,
  });
  return { delivered: delivered.map((bytes) => Buffer.from(bytes).toString()), failed };
}

test('each record is delivered, dropped or failed by its result', async () => {
  const { delivered, failed } = await transformed(async () => ({
    records: [
      { recordId: 'c', result: 'ProcessingFailed' },
      { recordId: 'b', result: 'Dropped' },
      ok('a'),
    ],
  }));
  expect(delivered).toEqual(['A']);
  expect(failed).toEqual([
    {
      attemptsMade: 1,
      arrivalTimestamp: NOW - 1000,
      errorCode: 'Lambda.ProcessingFailedStatus',
      errorMessage: expect.any(String),
      attemptEndingTimestamp: NOW,
      rawData: btoa('c'),
      lambdaArn: expect.stringContaining(':function:'),
    },
  ]);
});

test('a failed invocation is retried three times, with the same records under a new id', async () => {
  const events: FirehoseTransformationEvent[] = [];
  const { delivered } = await transformed(async (event) => {
    events.push(structuredClone(event));
    event.records.splice(0, 1);
    if (events.length < 4) throw new Error('exited');
    return { records: ids.map((id) => ok(id)) };
  });
  expect(delivered).toEqual(['A', 'B', 'C']);
  expect(events.map(({ records }) => records.map(({ recordId }) => recordId))).toEqual([
    ids,
    ids,
    ids,
    ids,
  ]);
  expect(new Set(events.map(({ invocationId }) => invocationId)).size).toBe(4);
});

test('all records of an invocation that never succeeds fail', async () => {
  const { delivered, failed } = await transformed(async () => {
    throw new Error('exited');
  });
  expect(delivered).toEqual([]);
  expect(failed).toHaveLength(3);
  expect(failed[0]).toMatchObject({
    attemptsMade: 4,
    errorCode: 'Lambda.FunctionError',
    errorMessage: 'exited',
  });
});

test('an answer over 6 MB is an error of the function', async () => {
  const { failed } = await transformed(async () => ({
    records: ids.map((id) => ok(id, 'A'.repeat(2_097_152))),
  }));
  expect(failed).toHaveLength(3);
  expect(failed[0]).toMatchObject({ errorCode: 'Lambda.FunctionError', attemptsMade: 4 });
});

test.each<[string, unknown, string]>([
  ['leaves out a record', { records: [ok('a'), ok('c')] }, 'MissingRecordId'],
  ['is empty', { records: [] }, 'MissingRecordId'],
  ['names a record twice', { records: [...ids, 'a'].map((id) => ok(id)) }, 'DuplicatedRecordId'],
  [
    'names a record that was not in the event',
    { records: [...ids, 'd'].map((id) => ok(id)) },
    'JsonProcessingException',
  ],
  ['has no records', {}, 'JsonProcessingException'],
  ['is nothing', undefined, 'JsonProcessingException'],
  [
    'has an unknown result',
    { records: ids.map((id) => ({ ...ok(id), result: 'OK' })) },
    'JsonProcessingException',
  ],
  [
    'has data that is not base64',
    { records: ids.map((id) => ok(id, 'x y')) },
    'JsonProcessingException',
  ],
  ['has no data', { records: ids.map((id) => ok(id, null)) }, 'JsonProcessingException'],
])('an answer that %s fails the batch at once', async (_, answer, code) => {
  const { delivered, failed } = await transformed(async () => answer);
  expect(delivered).toEqual([]);
  expect(failed.map(({ errorCode, attemptsMade }) => [errorCode, attemptsMade])).toEqual(
    ids.map(() => [`Lambda.${code}`, 1]),
  );
});
