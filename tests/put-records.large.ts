import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { serveFirehose } from '../services/local-aws/firehose/api.ts';
import { LocalFirehose } from '../services/local-aws/firehose/stream.ts';
import { putRecords } from '../shared/aws/streams.ts';
import { STREAM_ARN } from './support/deliveries.ts';

let server: Server;
let taken: Buffer[];
let refuse: (data: Uint8Array) => string | undefined;
/** The number of next requests that are accepted but not answered. */
let unanswered: number;
/** The number of records in each call. */
let calls: number[];

beforeAll(async () => {
  const stream = new LocalFirehose({
    streamArn: STREAM_ARN,
    transform: async () => ({ records: [] }),
    put: async () => {},
    refuse: (data) => refuse(data),
  });
  const counting = {
    putRecordBatch: (records: readonly { Data: Uint8Array }[]) => {
      calls.push(records.length);
      const answer = stream.putRecordBatch(records);
      const isTaken = (i: number) => 'RecordId' in (answer.RequestResponses[i] ?? {});
      taken.push(...records.filter((_, i) => isTaken(i)).map(({ Data }) => Buffer.from(Data)));
      return answer;
    },
  };
  server = serveFirehose(new Map([['natflow', counting]]));
  const [serve] = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (unanswered-- <= 0) serve?.call(server, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});

beforeEach(() => {
  taken = [];
  calls = [];
  unanswered = 0;
  refuse = () => undefined;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const soon = (ms = 10_000) => performance.now() + ms;
const items = (count: number, bytes = 10) =>
  Array.from({ length: count }, (_, i) => ({ data: Buffer.alloc(bytes, i) }));

test('calls stay within the limits, and all records are put once and in order', async () => {
  const many = [...items(1200), ...items(20, 500_000)];
  expect(await putRecords(STREAM_ARN, many, soon())).toEqual([]);
  // Compared as a whole, because comparing ten megabytes byte by byte takes half a minute.
  expect(Buffer.concat(taken).equals(Buffer.concat(many.map(({ data }) => data)))).toBe(true);
  expect(calls.slice(0, 2)).toEqual([500, 500]);
});

test('only refused records are retried', async () => {
  let refusals = 3;
  refuse = ([first]) => (first === 2 && refusals-- > 0 ? 'ServiceUnavailableException' : undefined);
  expect(await putRecords(STREAM_ARN, items(5), soon())).toEqual([]);
  expect(calls).toEqual([5, 1, 1, 1]);
  expect(taken.map(([first]) => first)).toEqual([0, 1, 3, 4, 2]);
});

test('records that are still refused are returned', async () => {
  refuse = ([first]) => (first === 2 ? 'ServiceUnavailableException' : undefined);
  const five = items(5);
  expect(await putRecords(STREAM_ARN, five, soon())).toEqual([five[2]]);
});

test('nothing is retried after the deadline', async () => {
  refuse = () => 'ServiceUnavailableException';
  const began = performance.now();
  expect(await putRecords(STREAM_ARN, items(5), soon(100))).toHaveLength(5);
  expect(await putRecords(STREAM_ARN, items(5), soon(-1))).toHaveLength(5);
  expect(performance.now() - began).toBeLessThan(5000);
  expect(calls.length).toBeLessThanOrEqual(2);
});

test('all records for a missing stream are returned', async () => {
  const nowhere = STREAM_ARN.replace('natflow', 'other');
  expect(await putRecords(nowhere, items(2), soon(1000))).toHaveLength(2);
});

test('a request without a response within five seconds is retried', async () => {
  unanswered = 1;
  const began = performance.now();
  expect(await putRecords(STREAM_ARN, items(5), soon(20_000))).toEqual([]);
  expect(performance.now() - began).toBeGreaterThan(4900);
  expect(taken).toHaveLength(5);
}, 30_000);

test('all records for a stream that never answers are returned by the deadline', async () => {
  unanswered = Number.POSITIVE_INFINITY;
  const began = performance.now();
  expect(await putRecords(STREAM_ARN, items(1200), soon(1000))).toHaveLength(1200);
  expect(performance.now() - began).toBeLessThan(4000);
});
