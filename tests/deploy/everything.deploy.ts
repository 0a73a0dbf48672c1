import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import { invokeCommand } from '../../shared/command-line.ts';
import { startNfcapd } from '../collectors/nfcapd.ts';
import type { Collector } from '../collectors/program.ts';
import { archivedLines } from './archive.ts';
import { deployCards, expectCards, shownOfDestinations } from './cards.ts';
import { type Cloud, REGION, startCloud, until } from './cloud.ts';
import {
  calm,
  createGateway,
  deployStack,
  flowLogsOf,
  outputsOf,
  setAlarm,
  thingsOf,
} from './stack.ts';
import {
  deliver,
  type Exchange,
  type FlowLog,
  fileOf,
  flowsOf,
  heldBy,
  linesOf,
  traffic,
} from './traffic.ts';
import { Shell } from './typed.ts';

const STACK = 'everything';
const FILES = 'flow-log-files';

let cloud: Cloud;
let folder: string;
let collector: Collector;
let gateway: string;
/** ARNs: the stack's key, the key of the flow log files, the boundary of roles. */
let own: string;
let foreign: string;
let boundary: string;
/** What went through the gateway while it was recorded. */
let recorded: Exchange[];

beforeAll(async () => {
  cloud = await startCloud();
  folder = await mkdtemp(join(tmpdir(), 'natflow-deploy-'));
  collector = await startNfcapd(folder);
  gateway = await createGateway(cloud, 'egress');
  const key = ['kms', 'create-key', '--query', 'KeyMetadata.Arn'];
  [own, foreign] = [await cloud.aws<string>(...key), await cloud.aws<string>(...key)];
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  boundary = await cloud.aws<string>(
    ...['iam', 'create-policy', '--policy-name', 'boundary', '--policy-document', document],
    ...['--query', 'Policy.Arn'],
  );
}, 240_000);

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
  const encryption = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: foreign };
  const rules = { Rules: [{ ApplyServerSideEncryptionByDefault: encryption }] };
  await cloud.run('aws', [
    ...['s3api', 'put-bucket-encryption', '--bucket', FILES],
    ...['--server-side-encryption-configuration', JSON.stringify(rules)],
  ]);
  const subnet = await cloud.aws<string>(
    ...['ec2', 'describe-subnets', '--query', 'Subnets[0].SubnetId'],
  );
  await cloud.run('sam', ['build'], 'infra');
  const bounded = ['--parameter-overrides', `PermissionsBoundary=${boundary}`];
  await cloud.run('sam', ['deploy', '--no-confirm-changeset', ...bounded], 'infra');
  await cloud.run('sam', ['build']);
  await deployStack(cloud, STACK, {
    NatGatewayIds: 'tag:Name=egress',
    ContinuousSources: subnet,
    AnomalyBand: 2,
    Collectors: `127.0.0.1:${collector.port},[::1]:${collector.port}`,
    SubnetIds: subnet,
    DnsServers: '10.0.0.53,fd00::53',
    NetFlowVersion: 'ipfix',
    // Debian's nfcapd reports messages of options data as sequence failures: docs/mapping.md.
    ExporterOptions: 'none',
    LogsInsights: 'true',
    FlowLogBucket: FILES,
    FlowLogBucketLegs: 'private',
    FlowLogPrefix: 'central/',
    FlowLogKeyArn: foreign,
    CentralBucket: `${FILES}/summaries`,
    MonthlyReportOf: `${FILES}/summaries`,
    CentralKeyArn: foreign,
    KmsKeyArn: own,
    PermissionsBoundary: boundary,
    MinimumRecordingTime: 0,
    ChatTopic: 'true',
  });
  await deployCards(cloud, STACK, boundary);
  expect((await thingsOf(cloud, STACK))['functions']).toContain('everything-replayer');
});

/** The properties of the stack's resources of these types, by logical id, after the transforms. */
async function propertiesOf(type: RegExp): Promise<Record<string, Record<string, unknown>>> {
  const resources = await cloud.aws<
    Record<string, { Type: string; Properties: Record<string, unknown> }>
  >(
    ...['cloudformation', 'get-template', '--stack-name', STACK, '--template-stage', 'Processed'],
    ...['--query', 'TemplateBody.Resources'],
  );
  const found = Object.entries(resources).filter(([, { Type }]) => type.test(Type));
  return Object.fromEntries(found.map(([id, { Properties }]) => [id, Properties]));
}

test("the company's key is on everything that keeps data, and there is no other", async () => {
  const { TopicArn = '', ArchiveBucket = '' } = await outputsOf(cloud, STACK);
  const topic = ['sns', 'get-topic-attributes', '--topic-arn', TopicArn];
  const ofTopic = ['--query', 'Attributes.KmsMasterKeyId'];
  expect(await cloud.aws(...topic, ...ofTopic)).toBe(own);
  const rule = 'ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault';
  const bucket = ['s3api', 'get-bucket-encryption', '--bucket', ArchiveBucket];
  expect(await cloud.aws(...bucket, '--query', rule)).toEqual({
    ...{ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: own },
  });
  const keys = ['kms', 'list-keys', '--query', 'Keys[].KeyArn'];
  expect((await cloud.aws<string[]>(...keys)).sort()).toEqual([own, foreign].sort());
  // moto shows the key of no table, function or log group that CloudFormation made.
  const kept = await propertiesOf(/DynamoDB::Table|Lambda::Function$|Logs::LogGroup/);
  expect(Object.keys(kept)).toHaveLength(12);
  for (const [, properties] of Object.entries(kept)) {
    expect(JSON.stringify(properties)).toContain('{"Ref":"KmsKeyArn"}');
  }
});

test("the company's boundary is on every role of all stacks", async () => {
  const roles = await cloud.aws<string[]>('iam', 'list-roles', '--query', 'Roles[].RoleName');
  const query = ['--query', 'Role.PermissionsBoundary.PermissionsBoundaryArn'];
  const boundaries = await Promise.all(
    roles.map((name) => cloud.aws<string>('iam', 'get-role', '--role-name', name, ...query)),
  );
  expect(boundaries).toEqual(roles.map(() => boundary));
  expect(roles.length).toBe(9);
});

test('with an IPv6 collector, functions in subnets use IPv6', async () => {
  const inVpc = Object.entries(await propertiesOf(/Lambda::Function$/)).filter(
    ([, properties]) => properties['VpcConfig'] !== undefined,
  );
  expect(inVpc.map(([id]) => id).sort()).toEqual([
    ...['ContinuousFunction', 'ForwarderFunction', 'ReplayerFunction'],
  ]);
  for (const [, properties] of inVpc) {
    expect(JSON.stringify(properties)).toContain('"Ipv6AllowedForDualStack":{"Fn::If":["HasIpv6');
  }
});

test('the forwarder is in the VPC of its subnets, and has egress to collectors, DNS servers and AWS only', async () => {
  const vpc = await cloud.aws<string>('ec2', 'describe-subnets', '--query', 'Subnets[0].VpcId');
  // Read from the deployed template, because moto does not store the egress rules of a group.
  const { ForwarderSecurityGroup } = await propertiesOf(/SecurityGroup$/);
  const rules = ForwarderSecurityGroup?.['SecurityGroupEgress'] as Record<string, unknown>[];
  expect(ForwarderSecurityGroup?.['VpcId']).toBe(vpc);
  expect(
    rules.map((rule) => [rule['IpProtocol'], rule['FromPort'], rule['CidrIp'] ?? rule['CidrIpv6']]),
  ).toEqual([
    ['tcp', 443, '0.0.0.0/0'],
    ['udp', 53, '10.0.0.53/32'],
    ['tcp', 53, '10.0.0.53/32'],
    ['udp', 53, 'fd00::53/128'],
    ['tcp', 53, 'fd00::53/128'],
    ['udp', collector.port, '127.0.0.1/32'],
    ['udp', collector.port, '::1/128'],
  ]);
});

test('doctor looks at the way from the subnets to the collector', async () => {
  const shown = await cloud
    .run('npx', ['natflow', 'doctor', '--stack', STACK], ROOT)
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
  const flowLogs = await flowLogsOf(cloud, STACK);
  await expectArchived(
    flowLogs.filter(({ LogDestination }) => LogDestination.includes('firehose')),
  );
  await setAlarm(cloud, STACK, gateway, 'OK');
  await calm(cloud, STACK);
});

/** Delivers lines, which reach the encrypted archive, and has the reporter read them there. */
async function expectArchived([flowLog]: readonly FlowLog[]): Promise<void> {
  if (flowLog === undefined) throw new Error('no flow log goes to the stream');
  recorded = traffic(3);
  const lines = linesOf(flowLog, recorded);
  await deliver(cloud, flowLog, lines);
  const { ArchiveBucket = '' } = await outputsOf(cloud, STACK);
  const archived = () => archivedLines(cloud, ArchiveBucket);
  await until('lines in the archive', async () => (await archived()).length === lines.length);
  const [{ start = 0 } = {}] = recorded;
  const id = flowLog.Tags.find(({ Key }) => Key === 'natflow:recording')?.Value ?? '';
  const times = { startedAt: 1000 * start, endedAt: Date.now() };
  const look = { command: 'look' as const, recording: { id, gatewayId: gateway, ...times } };
  const command = invokeCommand({ stack: STACK, region: REGION }, 'reporter', look);
  expect(await new Shell(cloud, folder).type(command)).toContain(`"flows":${lines.length},`);
}

test('the start and the end of the recording reach chats and PagerDuty as cards, and no target shows the secret', async () => {
  await until('the cards', () => (cloud.cards().length < 8 ? undefined : true));
  expectCards(cloud.cards());
  const shown = await shownOfDestinations(cloud);
  expect(shown).toContain('https://teams.example/invoke?api-version=1&sp=%2Frun&sv=1.0');
  expect(shown).not.toMatch(/resolve:|natflow\/cards/);
});

test('a flow log file in the bucket is replayed to the collector', async () => {
  const exchanges = traffic(20);
  const LogFormat =
    '${interface-id} ${pkt-srcaddr} ${pkt-dstaddr} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status} ${flow-direction}';
  const file = join(folder, 'file.log.gz');
  await writeFile(file, fileOf({ LogFormat, ResourceId: 'eni-1' }, exchanges));
  await cloud.run('aws', [
    's3',
    'cp',
    file,
    `s3://${FILES}/central/AWSLogs/1/vpcflowlogs/a=b/file.log.gz`,
  ]);
  await until('the file read', () => cloud.needed().includes('s3:GetObject'));
  await until('nothing in the queue', async () => (await waiting()) === 0);
  const { flows, trouble } = await heldBy(collector);
  expect(trouble).toEqual({ drops: 0, sequenceFailures: 0, complaints: [] });
  expect(flows).toEqual(flowsOf([...recorded, ...exchanges]));
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
