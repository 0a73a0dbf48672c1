import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { HOSTILE } from '../../tests/support/hostile-text.ts';
import { reporting } from './custom-resources.ts';

test.each([
  ['controls and line ends', HOSTILE, /^mark\\u0000/],
  ['another script', '東京'.repeat(3000), /^\?+$/],
  ['quotes', '"\\'.repeat(3000), /^["\\]+$/],
])('a failure that says %s is a reason that CloudFormation takes', async (_, message, reason) => {
  const answered = Promise.withResolvers<Buffer>();
  const server = createServer(async (request, response) => {
    answered.resolve(await buffer(request));
    response.end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const event = {
    ResponseURL: `http://127.0.0.1:${port}/`,
    StackId: `arn:aws:cloudformation:us-east-1:123456789012:stack/${'s'.repeat(128)}/id`,
    RequestId: 'r'.repeat(36),
    LogicalResourceId: 'l'.repeat(255),
  };
  await reporting(event, async () => {
    throw new Error(message);
  });
  const body = await answered.promise;
  server.close();
  expect(body.length).toBeLessThanOrEqual(4096);
  expect(JSON.parse(String(body))).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(reason),
  });
});
