import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { HOSTILE } from '../../tests/support/hostile-text.ts';
import { reporting } from './custom-resources.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A request of CloudFormation whose responses go to this server. */
async function request(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ResponseURL: `http://127.0.0.1:${port}/`,
    StackId: `arn:aws:cloudformation:us-east-1:123456789012:stack/${'s'.repeat(128)}/id`,
    RequestId: 'r'.repeat(36),
    LogicalResourceId: 'l'.repeat(255),
  };
}

test.each([
  ['controls and line ends', HOSTILE, /^mark\\u0000/],
  ['another script', '東京'.repeat(3000), /^\?+$/],
  ['quotes', '"\\'.repeat(3000), /^["\\]+$/],
])('a failure that says %s is a reason that CloudFormation takes', async (_, message, reason) => {
  const answered = Promise.withResolvers<Buffer>();
  const event = await request(async (incoming, response) => {
    answered.resolve(await buffer(incoming));
    response.end();
  });
  await reporting(event, async () => {
    throw new Error(message);
  });
  const body = await answered.promise;
  expect(body.length).toBeLessThanOrEqual(4096);
  expect(JSON.parse(String(body))).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(reason),
  });
});

test('the deletion of what could not be created succeeds without work', async () => {
  const answers: { Status: string; PhysicalResourceId: string }[] = [];
  const event = await request(async (incoming, response) => {
    answers.push(JSON.parse(await text(incoming)));
    response.end();
  });
  const refuse = async () => {
    throw new Error('Threshold is no number');
  };
  await reporting({ ...event, RequestType: 'Create' }, refuse);
  const [created] = answers;
  const PhysicalResourceId = created?.PhysicalResourceId;
  await reporting({ ...event, RequestType: 'Delete', PhysicalResourceId }, refuse);
  expect(answers.map(({ Status }) => Status)).toEqual(['FAILED', 'SUCCESS']);
  await reporting({ ...event, RequestType: 'Delete', PhysicalResourceId: 'made' }, refuse);
  expect(answers.at(-1)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'made' });
});

test('a response that CloudFormation never accepts times out', async () => {
  const event = await request(() => {});
  await expect(reporting(event, async () => 'done', 200)).rejects.toThrow(
    /^CloudFormation did not take the answer: .*timeout/,
  );
});

test('a response that CloudFormation rejects does not make the work fail', async () => {
  const bodies: string[] = [];
  const event = await request(async (incoming, response) => {
    bodies.push(await text(incoming));
    response.writeHead(503).end();
  });
  await expect(reporting(event, async () => 'done')).rejects.toThrow(
    'CloudFormation did not take the answer: 503',
  );
  expect(bodies.map((body) => JSON.parse(body))).toMatchObject([{ Status: 'SUCCESS' }]);
});
