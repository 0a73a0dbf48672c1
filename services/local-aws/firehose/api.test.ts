import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { serveFirehose } from './api.ts';
import { LocalFirehose } from './stream.ts';

const kept: string[] = [];
const stream = new LocalFirehose({
  streamArn: 'arn:aws:firehose:eu-west-1:000000000000:deliverystream/natflow',
  transform: async ({ records }) => ({
    records: records.map(({ recordId, data }) => {
      kept.push(atob(data));
      return { recordId, result: 'Ok', data };
    }),
  }),
  put: async () => {},
  refuse: (data) => (Buffer.from(data).includes('no') ? 'ServiceUnavailableException' : undefined),
});
const server = serveFirehose(new Map([['natflow', stream]]));
let client: FirehoseClient;

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new FirehoseClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

function put(DeliveryStreamName: string, ...texts: string[]) {
  const Records = texts.map((text) => ({ Data: Buffer.from(text) }));
  return client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records }));
}

test('an SDK client puts records, and the reply names the refused ones', async () => {
  expect(await put('natflow', 'yes', 'no', 'again')).toMatchObject({
    FailedPutCount: 1,
    RequestResponses: [
      { RecordId: expect.any(String) },
      { ErrorCode: 'ServiceUnavailableException' },
      { RecordId: expect.any(String) },
    ],
  });
  await stream.drain();
  expect(kept).toEqual(['yes', 'again']);
});

test.each([
  ['a stream that does not exist', 'other', 1, 'ResourceNotFoundException'],
  ['too many records', 'natflow', 501, 'InvalidArgumentException'],
])('an SDK client gets its usual exception for %s', async (_, name, count, exception) => {
  const answer = put(name, ...new Array(count).fill('x'));
  await expect(answer).rejects.toThrow(expect.objectContaining({ name: exception }));
});
