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

test('a flow log that cannot be deleted does not prevent the deletion of others', async () => {
  const target = { resourceType: 'NetworkInterface', resourceIds: ['eni-1', 'eni-2'] } as const;
  const ids = await logs.create({ id: 'recording-1', gatewayId: 'nat-0a' }, target);
  const [first = ''] = ids;
  fake.ec2.unsuccessful.set(first, 'UnauthorizedOperation');
  await expect(logs.delete(ids)).rejects.toThrow('UnauthorizedOperation');
  expect([...fake.ec2.flowLogs.keys()]).toEqual([first]);
});

const both = { resourceType: 'NetworkInterface', resourceIds: ['eni-1', 'eni-2'] } as const;
const recording = { id: 'recording-1', gatewayId: 'nat-0a' };

test.each([
  ['aws', 'NetworkInterface', true],
  ['aws', 'RegionalNatGateway', true],
  ['aws-us-gov', 'NetworkInterface', false],
  ['aws-us-gov', 'RegionalNatGateway', true],
  ['aws-cn', 'NetworkInterface', false],
  ['aws-eusc', 'NetworkInterface', false],
] as const)('in %s a flow log of a %s asks for resource-id: %s', async (partition, kind, asks) => {
  const streamArn = `arn:${partition}:firehose:region:111122223333:deliverystream/s`;
  const client = new EC2Client(connection(fake.endpoint));
  const target = { resourceType: kind, resourceIds: ['eni-1'] };
  await flowLogs(client, { stack: 'natflow', streamArn }).create(recording, target);
  const [flowLog] = fake.ec2.flowLogs.values();
  const fields = flowLog?.format.split(' ') ?? [];
  expect(fields).toHaveLength(asks ? 27 : 26);
  expect(fields.includes('${resource-id}')).toBe(asks);
});

test('when AWS refuses one interface, the flow log created for another is deleted', async () => {
  fake.ec2.unsuccessful.set('eni-2', 'AccessDenied');
  await expect(logs.create(recording, both)).rejects.toMatchObject({
    refused: true,
    message: 'ec2:CreateFlowLogs: AccessDenied: AccessDenied on eni-2 (eni-2)',
  });
  expect(fake.ec2.flowLogs.size).toBe(0);
});

test('a refusal without code, message and resource is said to have no reason', async () => {
  const client = new EC2Client(connection(fake.endpoint));
  Object.assign(client, { send: async () => ({ Unsuccessful: [{}] }) });
  await expect(flowLogs(client, settings).create(recording, target)).rejects.toMatchObject({
    refused: true,
    message: 'ec2:CreateFlowLogs: AWS gives no reason',
  });
});

test('when AWS refuses the second destination, the flow logs to the first are deleted', async () => {
  const logGroup = { arn: 'log-group', roleArn: 'role' };
  const withGroup = (stack: string, streamArn: string) =>
    flowLogs(new EC2Client(connection(fake.endpoint)), { ...settings, stack, streamArn, logGroup });
  const ofOthers = await withGroup('other', 'another-stream').create(recording, both);
  await expect(withGroup('natflow', 'stream').create(recording, both)).rejects.toMatchObject({
    refused: true,
    message: expect.stringContaining('There is an existing flow log'),
  });
  expect([...fake.ec2.flowLogs.keys()]).toEqual(ofOthers);
});

test('a created flow log that cannot be deleted is named in an error that is not a refusal', async () => {
  fake.ec2.unsuccessful.set('eni-2', 'AccessDenied');
  fake.ec2.unsuccessful.set('fl-00000000000000000', 'UnauthorizedOperation');
  const error = await logs.create(recording, both).catch((caught) => caught);
  expect(error).not.toHaveProperty('refused');
  expect(error.message).toMatch(
    /^ec2:CreateFlowLogs: AccessDenied: .+; fl-00000000000000000 was created and not deleted: ec2:DeleteFlowLogs: UnauthorizedOperation: /,
  );
  expect([...fake.ec2.flowLogs.keys()]).toEqual(['fl-00000000000000000']);
  fake.ec2.unsuccessful.delete('fl-00000000000000000');
  await expect(logs.create(recording, both)).rejects.toMatchObject({ refused: true });
  expect(fake.ec2.flowLogs.size).toBe(0);
});

test('a flow log without the tag of its gateway is not ours, and an empty gateway id does not select all', async () => {
  const [id = ''] = await logs.create({ id: 'recording-1', gatewayId: 'nat-0a' }, target);
  const [whole] = fake.ec2.flowLogs.values();
  if (whole === undefined) throw new Error('there is no flow log');
  const { 'natflow:gateway': _, ...tags } = whole.tags;
  fake.ec2.flowLogs.set('fl-of-others', { ...whole, id: 'fl-of-others', tags });
  expect((await logs.list()).map((flowLog) => flowLog.id)).toEqual([id]);
  expect(await logs.list('')).toEqual([]);
});

test.each(['nat-0a; reboot', 'nat-0a\nStop: npx evil', '-h', 'nat-'])(
  'a flow log with the gateway tag %j is not ours',
  async (forged) => {
    await logs.create({ id: 'recording-1', gatewayId: forged }, target);
    expect(fake.ec2.flowLogs.size).toBe(1);
    expect(await logs.list()).toEqual([]);
  },
);
