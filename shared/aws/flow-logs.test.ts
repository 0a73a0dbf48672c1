import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connection } from '../../services/local-aws/dynamodb.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { flowLogs } from './flow-logs.ts';

const settings = { stack: 'natflow', streamArn: 'stream', logFormat: '${version}' };
const target = { resourceType: 'NetworkInterface', resourceIds: ['eni-1'] } as const;

let fake: FakeAws;
let logs: ReturnType<typeof flowLogs>;

beforeEach(async () => {
  fake = await FakeAws.start();
  logs = flowLogs(new EC2Client(connection(fake.endpoint)), settings);
});
afterEach(() => fake.stop());

test('one flow log that cannot be deleted does not keep the others', async () => {
  const target = { resourceType: 'NetworkInterface', resourceIds: ['eni-1', 'eni-2'] } as const;
  const ids = await logs.create({ id: 'recording-1', gatewayId: 'nat-0a' }, target);
  const [first = ''] = ids;
  fake.ec2.unsuccessful.set(first, 'UnauthorizedOperation');
  await expect(logs.delete(ids)).rejects.toThrow('UnauthorizedOperation');
  expect([...fake.ec2.flowLogs.keys()]).toEqual([first]);
});

test('a flow log that lost the tag of its gateway is none of ours, and no gateway is not all of them', async () => {
  const [id = ''] = await logs.create({ id: 'recording-1', gatewayId: 'nat-0a' }, target);
  const [whole] = fake.ec2.flowLogs.values();
  if (whole === undefined) throw new Error('there is no flow log');
  const { 'natflow:gateway': _, ...tags } = whole.tags;
  fake.ec2.flowLogs.set('fl-of-others', { ...whole, id: 'fl-of-others', tags });
  expect((await logs.list()).map((flowLog) => flowLog.id)).toEqual([id]);
  expect(await logs.list('')).toEqual([]);
});

test.each(['nat-0a; reboot', 'nat-0a\nStop: npx evil', '-h', 'nat-'])(
  'a flow log whose gateway is said to be %j is none of ours',
  async (forged) => {
    await logs.create({ id: 'recording-1', gatewayId: forged }, target);
    expect(fake.ec2.flowLogs.size).toBe(1);
    expect(await logs.list()).toEqual([]);
  },
);
