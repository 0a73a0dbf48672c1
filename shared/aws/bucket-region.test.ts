import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bucketRegion } from './bucket-region.ts';

const ANSWERS: Readonly<Record<string, number>> = { own: 200, moved: 301, denied: 403, gone: 404 };
const environment = { ...process.env };
const authorized: string[] = [];
const server = createServer(({ url = '', headers: { authorization } }, response) => {
  const bucket = url.split('/')[1] ?? '';
  if (authorization !== undefined) authorized.push(bucket);
  const headers = bucket === 'silent' ? {} : { 'x-amz-bucket-region': 'eu-central-1' };
  response.writeHead(ANSWERS[bucket] ?? 403, headers).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  process.env = environment;
});

test.each([
  ['own', 'eu-central-1'],
  ['moved', 'eu-central-1'],
  ['denied', 'eu-central-1'],
  ['gone', undefined],
])('the region of the bucket %s is %s', async (bucket, region) => {
  expect(await bucketRegion(bucket)).toBe(region);
});

test('an answer without a region is an error, and no request is signed', async () => {
  await expect(bucketRegion('silent')).rejects.toThrow(/^s3:\/\/silent: /);
  expect(authorized).toEqual([]);
});
