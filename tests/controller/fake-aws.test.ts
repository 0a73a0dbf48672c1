import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connection } from '../../services/local-aws/dynamodb.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { FolderBucket } from '../../services/local-aws/folder-bucket.ts';
import { flowLogs } from '../../shared/aws/flow-logs.ts';
import { describeNatGateway } from '../../shared/aws/nat-gateways.ts';
import { openFolder } from '../support/folder.ts';
import { describeAdapters, type Place } from './aws-contract.ts';
import { describeReporterAdapters } from './reporter-contract.ts';

const GATEWAY = 'nat-0a1b2c3d4e5f60718';

const VpcId = 'vpc-1';
const folder = openFolder();
const NETWORK = {
  VpcEndpoints: [
    {
      VpcEndpointId: 'vpce-1',
      VpcEndpointType: 'Gateway',
      VpcId,
      ServiceName: 'com.amazonaws.eu-west-1.s3',
      State: 'available',
      RouteTableIds: ['rtb-1'],
    },
  ],
  RouteTables: [
    {
      RouteTableId: 'rtb-1',
      VpcId,
      Associations: [{ Main: false, SubnetId: 'subnet-1' }],
      Routes: [{ NatGatewayId: GATEWAY }],
    },
  ],
  Subnets: [{ SubnetId: 'subnet-1', VpcId, CidrBlock: '10.77.1.0/24' }],
  NetworkInterfaces: [
    {
      NetworkInterfaceId: 'eni-9',
      Description: 'R&D',
      TagSet: [{ Key: 'Name', Value: 'loner' }],
      PrivateIpAddress: '10.77.1.9',
      PrivateIpAddresses: [{ PrivateIpAddress: '10.77.1.9' }],
    },
  ],
  Reservations: [
    {
      Instances: [
        {
          InstanceId: 'i-1',
          PrivateIpAddress: '10.77.1.7',
          Tags: [{ Key: 'Name', Value: 'worker' }],
        },
      ],
    },
  ],
};

async function startFake(): Promise<Place> {
  const fake = await FakeAws.start();
  const interfaces = ['eni-1', 'eni-1'];
  fake.ec2.gateways.set(GATEWAY, { interfaces, name: 'egress', vpcId: VpcId });
  fake.ec2.network = NETWORK;
  fake.buckets.set('archive', new FolderBucket(folder.path));
  const NatGateways = [
    {
      NatGatewayId: GATEWAY,
      VpcId,
      Tags: [{ Key: 'Name', Value: 'egress' }],
      NatGatewayAddresses: [{ NetworkInterfaceId: 'eni-1' }],
    },
  ];
  return {
    endpoint: fake.endpoint,
    gatewayId: GATEWAY,
    topicArn: 'arn:aws:sns:eu-west-1:123456789012:topic',
    scheduleGroup: 'natflow',
    bucket: 'archive',
    network: { ...NETWORK, NatGateways },
    meter: async (minute) => void fake.metered.push(minute),
    setAlarm: async (name, state) => void fake.alarms.set(name, { state, since: Date.now() }),
    subjects: async () => fake.mails.map(({ subject }) => subject),
    stop: async () => fake.stop(),
  };
}

describeAdapters('the fake', startFake);
describeReporterAdapters('the fake', startFake);

let fake: FakeAws;
let ec2: EC2Client;

beforeEach(async () => {
  fake = await FakeAws.start();
  ec2 = new EC2Client(connection(fake.endpoint));
});
afterEach(() => fake.stop());

const recording = { id: 'recording-1', gatewayId: GATEWAY };
const settings = { stack: 'natflow', streamArn: 'stream', logFormat: '${version}' };
const target = { resourceType: 'NetworkInterface', resourceIds: ['eni-1', 'eni-2'] } as const;

test('a regional gateway is recorded by its id', async () => {
  fake.ec2.gateways.set(GATEWAY, { interfaces: [], mode: 'regional' });
  const regional = { resourceType: 'RegionalNatGateway', resourceIds: [GATEWAY] } as const;
  expect(await describeNatGateway(ec2, GATEWAY)).toMatchObject(regional);
  await flowLogs(ec2, settings).create(recording, regional);
  expect(fake.ec2.of(GATEWAY)).toMatchObject([{ resourceType: 'RegionalNatGateway' }]);
});

test('a gateway that is being deleted is a refusal', async () => {
  fake.ec2.gateways.set(GATEWAY, { interfaces: ['eni-1'], state: 'deleting' });
  await expect(describeNatGateway(ec2, GATEWAY)).rejects.toMatchObject({
    refused: true,
    message: `NAT gateway ${GATEWAY} is deleting`,
  });
});

test('a failure inside a 200 response is a refusal', async () => {
  fake.ec2.unsuccessful.set('eni-2', 'AccessDenied');
  await expect(flowLogs(ec2, settings).create(recording, target)).rejects.toMatchObject({
    refused: true,
    message: 'ec2:CreateFlowLogs: AccessDenied: AccessDenied on eni-2 (eni-2)',
  });
});

test('an existing flow log of the same recording may be told inside a 200', async () => {
  const earlier = { ...recording, id: 'recording-0' };
  const one = { ...target, resourceIds: ['eni-1'] };
  const [id = ''] = await flowLogs(ec2, settings).create(earlier, one);
  const made = fake.ec2.flowLogs.get(id);
  if (made === undefined) throw new Error('no flow log was made');
  const tags = { ...made.tags, 'natflow:recording': recording.id };
  // To another stream, so that the stand-in does not answer with an error.
  fake.ec2.flowLogs.set(id, { ...made, destination: 'before', tags });
  fake.ec2.unsuccessful.set('eni-1', 'FlowLogAlreadyExists');
  const ids = await flowLogs(ec2, settings).create(recording, target);
  expect(ids).toHaveLength(2);
  expect(ids).toContain(id);
  const other = { ...recording, id: 'recording-2' };
  await expect(flowLogs(ec2, settings).create(other, target)).rejects.toMatchObject({
    refused: true,
    message: expect.stringContaining('FlowLogAlreadyExists'),
  });
});

test.each(['reset', 'lost'] as const)('a response that is %s leaves one flow log', async (how) => {
  fake.faults.push({ call: 'CreateFlowLogs', how });
  const ids = await flowLogs(ec2, settings).create(recording, target);
  expect(ids).toEqual([...fake.ec2.flowLogs.keys()]);
  expect(fake.calls).toEqual(['CreateFlowLogs', 'CreateFlowLogs']);
});

test('endless throttling is an error but not a refusal', async () => {
  const how = { code: 'RequestLimitExceeded', status: 503 };
  for (let n = 0; n < 3; n++) fake.faults.push({ call: 'CreateFlowLogs', how });
  const error = await flowLogs(ec2, settings)
    .create(recording, target)
    .catch((caught) => caught);
  expect(error.message).toMatch(/^ec2:CreateFlowLogs: AWS limits the rate of requests/);
  expect(error).not.toHaveProperty('refused');
});

test('with a log group there is a second flow log, with its role', async () => {
  const logGroup = { arn: 'arn:aws:logs:eu-west-1:1:log-group:g', roleArn: 'role' };
  const ids = await flowLogs(ec2, { ...settings, logGroup }).create(recording, target);
  expect(ids).toHaveLength(4);
  expect([...fake.ec2.flowLogs.values()]).toMatchObject([
    { destinationType: 'kinesis-data-firehose', resourceId: 'eni-1' },
    { destinationType: 'kinesis-data-firehose', resourceId: 'eni-2' },
    { destinationType: 'cloud-watch-logs', resourceId: 'eni-1', roleArn: 'role' },
    { destinationType: 'cloud-watch-logs', resourceId: 'eni-2', roleArn: 'role' },
  ]);
});

test.each([
  [undefined, undefined],
  [{ status: 'SUCCESS' }, { status: 'SUCCESS', error: undefined }],
  [
    { status: 'FAILED', error: 'Access error' },
    { status: 'FAILED', error: 'Access error' },
  ],
] as const)('of a flow log whose delivery is %j the list says %j', async (said, listed) => {
  const [id = ''] = await flowLogs(ec2, settings).create(recording, target);
  if (said !== undefined) fake.ec2.deliveries.set(id, said);
  const [flowLog] = await flowLogs(ec2, settings).list(GATEWAY);
  expect(flowLog?.delivery).toEqual(listed);
});

test('what AWS says of the delivery to CloudWatch Logs is no delivery to the stream', async () => {
  const logGroup = { arn: 'arn:aws:logs:eu-west-1:1:log-group:g', roleArn: 'role' };
  const ids = await flowLogs(ec2, { ...settings, logGroup }).create(recording, target);
  for (const id of ids) fake.ec2.deliveries.set(id, { status: 'SUCCESS' });
  const listed = await flowLogs(ec2, settings).list(GATEWAY);
  const delivered = listed.filter(({ delivery }) => delivery !== undefined);
  expect(delivered.map(({ destinationType }) => destinationType)).toEqual([
    'kinesis-data-firehose',
    'kinesis-data-firehose',
  ]);
});

test('two stacks that record one gateway in the same second do not share a token', async () => {
  const two = { ...settings, stack: 'natflow-two', streamArn: 'stream-two' };
  await flowLogs(ec2, settings).create(recording, target);
  expect(await flowLogs(ec2, two).create(recording, target)).toHaveLength(2);
});
