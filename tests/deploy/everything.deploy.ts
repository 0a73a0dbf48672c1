import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from '../../infra/build.ts';
import { startNfcapd } from '../collectors/nfcapd.ts';
import type { Collector } from '../collectors/program.ts';
import { type Cloud, startCloud, until } from './cloud.ts';
import { calm, createGateway, deployStack, flowLogsOf, setAlarm, thingsOf } from './stack.ts';
import { fileOf, flowsOf, heldBy, traffic } from './traffic.ts';

const STACK = 'everything';
const FILES = 'flow-log-files';

let cloud: Cloud;
let folder: string;
let collector: Collector;
let gateway: string;

beforeAll(async () => {
  cloud = await startCloud();
  folder = await mkdtemp(join(tmpdir(), 'natflow-deploy-'));
  collector = await startNfcapd(folder);
  gateway = await createGateway(cloud, 'egress');
  await build();
}, 60_000);

afterAll(async () => {
  await collector?.kill();
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a stack with every option can be deployed', async () => {
  await cloud.run('aws', ['s3', 'mb', `s3://${FILES}`]);
  await cloud.run('aws', [
    ...['s3api', 'put-bucket-notification-configuration', '--bucket', FILES],
    ...['--notification-configuration', '{"EventBridgeConfiguration":{}}'],
  ]);
  const subnet = await cloud.aws<string>(
    ...['ec2', 'describe-subnets', '--query', 'Subnets[0].SubnetId'],
  );
  await cloud.run('sam', ['build'], 'infra');
  await cloud.run('sam', ['deploy', '--no-confirm-changeset'], 'infra');
  await cloud.run('sam', ['build']);
  await deployStack(cloud, STACK, {
    NatGatewayIds: 'tag:Name=egress',
    AnomalyBand: 2,
    Collectors: `127.0.0.1:${collector.port}`,
    SubnetIds: subnet,
    NetFlowVersion: 'ipfix',
    LogsInsights: 'true',
    FlowLogBucket: FILES,
    FlowLogBucketLegs: 'private',
    MinimumRecordingTime: 0,
  });
  expect((await thingsOf(cloud, STACK))['functions']).toContain('everything-replayer');
});

test('the forwarder is in the VPC of its subnets, and has egress to the collector and to AWS only', async () => {
  const vpc = await cloud.aws<string>('ec2', 'describe-subnets', '--query', 'Subnets[0].VpcId');
  // Read from the deployed template, because moto does not store the egress rules of a group.
  const group = await cloud.aws<{ VpcId: string; SecurityGroupEgress: { FromPort: number }[] }>(
    ...['cloudformation', 'get-template', '--stack-name', STACK, '--template-stage', 'Processed'],
    ...['--query', 'TemplateBody.Resources.ForwarderSecurityGroup.Properties'],
  );
  expect(group.VpcId).toBe(vpc);
  expect(group.SecurityGroupEgress.map(({ FromPort }) => FromPort)).toEqual([443, collector.port]);
});

test('doctor looks at the way from the subnets to the collector', async () => {
  const shown = await cloud
    .run('npx', ['natflow', 'doctor', '--stack', STACK])
    .catch(({ message }) => message);
  // A loopback address: no route table leads there.
  expect(shown).toMatch(/^wrong +collectors +127\.0\.0\.1:\d+: subnet-\w+ has no route there$/m);
});

test('a recording has a second flow log to CloudWatch Logs, and its end deletes both', async () => {
  await setAlarm(cloud, STACK, gateway, 'ALARM');
  const destinations = await until('both flow logs', async () => {
    const logs = await flowLogsOf(cloud, STACK);
    return logs.length > 1 ? logs.map(({ LogDestinationType }) => LogDestinationType) : undefined;
  });
  expect(destinations.sort()).toEqual(['cloud-watch-logs', 'kinesis-data-firehose']);
  await setAlarm(cloud, STACK, gateway, 'OK');
  await calm(cloud, STACK);
});

test('a flow log file in the bucket is replayed to the collector', async () => {
  const exchanges = traffic(20);
  const LogFormat =
    '${interface-id} ${pkt-srcaddr} ${pkt-dstaddr} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status} ${flow-direction}';
  const file = join(folder, 'file.log.gz');
  await writeFile(file, fileOf({ LogFormat, ResourceId: 'eni-1' }, exchanges));
  await cloud.run('aws', ['s3', 'cp', file, `s3://${FILES}/AWSLogs/1/vpcflowlogs/a=b/file.log.gz`]);
  await until('the file read', () => cloud.needed().includes('s3:GetObject'));
  await until('nothing in the queue', async () => (await waiting()) === 0);
  const { flows, trouble } = await heldBy(collector);
  expect(trouble).toEqual({ drops: 0, sequenceFailures: 0, complaints: [] });
  expect(flows).toEqual(flowsOf(exchanges));
});

test('the policies of the template allow all of these calls', () => {
  expect(cloud.denied()).toEqual([]);
});

/** The number of messages in the replayer's queue, in-flight messages included. */
async function waiting(): Promise<number> {
  const [url = ''] = await cloud.aws<string[]>(
    ...['sqs', 'list-queues', '--queue-name-prefix', `${STACK}-ReplayQueue`],
    ...['--query', 'QueueUrls[]'],
  );
  const counts = await cloud.aws<Record<string, string>>(
    ...['sqs', 'get-queue-attributes', '--queue-url', url, '--attribute-names', 'All'],
    ...['--query', 'Attributes'],
  );
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
  return names.reduce((sum, name) => sum + Number(counts[name]), 0);
}
