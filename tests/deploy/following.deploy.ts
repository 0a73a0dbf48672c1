import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from '../../infra/build.ts';
import { invokeCommand } from '../../shared/command-line.ts';
import { startNfcapd } from '../collectors/nfcapd.ts';
import type { Collector } from '../collectors/program.ts';
import { archivedLines } from './archive.ts';
import { type Cloud, REGION, startCloud, until } from './cloud.ts';
import {
  bucketOf,
  calm,
  createGateway,
  deployStack,
  flowLogsOf,
  outputsOf,
  recordingOf,
  setAlarm,
  thingsOf,
} from './stack.ts';
import { deliver, flowsOf, heldBy, linesOf, traffic } from './traffic.ts';
import { Shell } from './typed.ts';

const STACK = 'follower';
const EMAIL = 'ops@example.org';

let cloud: Cloud;
let folder: string;
let collector: Collector;
let shell: Shell;
let gateway: string;

beforeAll(async () => {
  cloud = await startCloud();
  folder = await mkdtemp(join(tmpdir(), 'natflow-deploy-'));
  shell = new Shell(cloud, folder);
  collector = await startNfcapd(folder);
  await build();
}, 240_000);

afterAll(async () => {
  await collector?.kill();
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a stack that follows the account is deployed where there is no NAT gateway', async () => {
  await cloud.run('sam', ['build'], 'infra');
  await cloud.run('sam', ['deploy', '--no-confirm-changeset'], 'infra');
  await cloud.run('sam', ['build']);
  await deployStack(cloud, STACK, {
    NatGatewayIds: 'all',
    EmailAddress: EMAIL,
    Collectors: `127.0.0.1:${collector.port}`,
    NetFlowVersion: '9',
    MinimumRecordingTime: 0,
    FirstLinesWait: 0,
    ReportDelay: 3600,
  });
  await sweep();
  expect(await watchingAlarms()).toEqual([]);
});

test('a gateway that comes after the deployment gets its alarm from a sweep, and is told', async () => {
  gateway = await createGateway(cloud, 'egress-new');
  await sweep();
  expect(await watchingAlarms()).toEqual([`${STACK}-${gateway}-followed`]);
  await sweep();
  const found = await watchingAlarms();
  expect(found).toHaveLength(1);
  const arn = `arn:aws:cloudwatch:${REGION}:000000000000:alarm:${found[0]}`;
  const tags = await cloud.aws<{ Key: string; Value: string }[]>(
    ...['cloudwatch', 'list-tags-for-resource', '--resource-arn', arn, '--query', 'Tags'],
  );
  expect(tags).toContainEqual({ Key: 'natflow:stack', Value: STACK });
  const mail = await until('the mail', () =>
    cloud.mails().find(({ subject }) => subject === 'natflow follows egress-new'),
  );
  expect(mail.body).toContain(`Followed from now on: egress-new (${gateway}).`);
});

test('its spike is recorded, and nfcapd gets every flow', async () => {
  await setAlarm(cloud, STACK, `${gateway}-followed`, 'ALARM');
  const flowLog = await recordingOf(cloud, STACK);
  const exchanges = traffic(100);
  const lines = linesOf(flowLog, exchanges);
  await deliver(cloud, flowLog, lines);
  const bucket = await bucketOf(cloud, STACK);
  await until('all lines in the archive', async () => {
    return (await archivedLines(cloud, bucket)).length >= lines.length;
  });
  const { flows, trouble } = await heldBy(collector);
  expect(trouble).toEqual({ drops: 0, sequenceFailures: 0, complaints: [] });
  expect(flows).toEqual(flowsOf(exchanges));
  await setAlarm(cloud, STACK, `${gateway}-followed`, 'OK');
  await calm(cloud, STACK);
});

test('its alarm goes when the gateway is deleted, which is told', async () => {
  await cloud.run('aws', ['ec2', 'delete-nat-gateway', '--nat-gateway-id', gateway]);
  await sweep();
  expect(await watchingAlarms()).toEqual([]);
  const subjects = await until('the mail', () => {
    const found = cloud.mails().map(({ subject }) => subject);
    return found.includes('natflow no longer follows egress-new') ? found : undefined;
  });
  expect(subjects.filter((subject) => subject.startsWith('natflow '))).toEqual([
    'natflow follows egress-new',
    'natflow no longer follows egress-new',
  ]);
});

test('alarms of the sweep go with the stack', async () => {
  const other = await createGateway(cloud, 'egress-other');
  await sweep();
  expect(await watchingAlarms()).toEqual([`${STACK}-${other}-followed`]);
  const { UninstallCommand = '' } = await outputsOf(cloud, STACK);
  await shell.type(UninstallCommand);
  await cloud.run('aws', [
    'cloudformation',
    'wait',
    'stack-delete-complete',
    '--stack-name',
    STACK,
  ]);
  expect(await flowLogsOf(cloud, STACK)).toEqual([]);
  expect(await thingsOf(cloud, STACK)).toEqual({});
});

test('the policies allow all of these calls', () => {
  expect(cloud.denied()).toEqual([]);
  expect(cloud.needed()).toEqual(
    expect.arrayContaining([
      ...['cloudformation:ListStackResources', 'cloudwatch:DeleteAlarms'],
      ...['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'],
    ]),
  );
});

async function sweep(): Promise<void> {
  const command = invokeCommand({ stack: STACK, region: REGION }, 'controller', {
    command: 'sweep',
  });
  expect(await shell.type(command)).not.toContain('errorMessage');
}

async function watchingAlarms(): Promise<string[]> {
  const { alarms = [] } = await thingsOf(cloud, STACK);
  return alarms.filter((name) => name.includes('-nat-'));
}
