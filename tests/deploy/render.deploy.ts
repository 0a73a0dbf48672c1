import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import { invokeCommand } from '../../shared/command-line.ts';
import { startNfcapd } from '../collectors/nfcapd.ts';
import type { Collector } from '../collectors/program.ts';
import { archivedLines } from './archive.ts';
import { type Cloud, REGION, startCloud, until } from './cloud.ts';
import { createDeployer } from './deployer.ts';
import {
  bucketOf,
  calm,
  createGateway,
  flowLogsOf,
  outputsOf,
  recordingOf,
  setAlarm,
  thingsOf,
} from './stack.ts';
import { deliver, flowsOf, heldBy, linesOf, traffic } from './traffic.ts';
import { Shell } from './typed.ts';

const STACK = 'natflow-plain';
const EMAIL = 'ops@example.org';
const BUCKET = `artifacts-${REGION}`;

let cloud: Cloud;
let folder: string;
let collector: Collector;
let gateway: string;
/** The lines that `natflow render` prints, by their first words. */
let told: ReadonlyMap<string, string>;
/** A person with the policy that was rendered, and nothing else. */
let shell: Shell;

beforeAll(async () => {
  cloud = await startCloud();
  folder = await mkdtemp(join(tmpdir(), 'natflow-deploy-'));
  collector = await startNfcapd(folder);
  gateway = await createGateway(cloud, 'egress');
}, 240_000);

afterAll(async () => {
  await collector?.kill();
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('natflow render writes what CloudFormation takes, and the commands that upload and deploy it', async () => {
  const natflow = join(ROOT, 'services/cli/natflow.cjs');
  const rendering = promisify(execFile)(process.execPath, [natflow, 'render'], { cwd: folder });
  const lines = (await rendering).stdout.trim().split('\n');
  told = new Map(lines.map((line) => [line.split(' ', 1)[0] ?? '', line.replace(/^\w+ +/, '')]));
  expect([...told.keys()]).toEqual([
    ...['template', 'code', 'terraform', 'policy', 'upload', 'deploy'],
  ]);
  const document = join(folder, 'natflow-rendered/deployer-policy.json');
  const policy = await readFile(document, 'utf8');
  await writeFile(document, policy.replaceAll('ARTIFACT_BUCKET', BUCKET));
  shell = new Shell({ env: await createDeployer(cloud, document) }, folder);
  await cloud.run('aws', ['s3', 'mb', `s3://${BUCKET}`]);
  await shell.type(told.get('upload')?.replace('ARTIFACT_BUCKET', BUCKET) ?? '');
  const uploaded = await readdir(join(folder, 'natflow-rendered/upload'));
  const listed = await shell.type(`aws s3 ls s3://${BUCKET}/natflow/`);
  for (const name of uploaded) expect(listed).toContain(name);
});

/** The printed command with its places filled, and with more parameters. This server's S3 is at another address. */
function deployCommand(parameters: Readonly<Record<string, string>>): string {
  const more = Object.entries(parameters).map(
    ([name, value]) => `ParameterKey=${name},ParameterValue=${value}`,
  );
  const printed = (told.get('deploy') ?? '')
    .replace(/https:\S+\.amazonaws\.com\//, `${cloud.endpoint}/${BUCKET}/`)
    .replace('ARTIFACT_BUCKET', 'artifacts-REGION')
    .replace('--stack-name natflow', `--stack-name ${STACK}`);
  return [printed, ...more].join(' ');
}

test('parameters that the controller refuses fail the stack with its sentence', async () => {
  const command = deployCommand({ SamplingPeriod: '90' });
  await expect(shell.type(command)).rejects.toMatchObject({
    stdout: expect.stringContaining('SamplingPeriod 90 is not a multiple of 60'),
  });
  await cloud.run('aws', ['cloudformation', 'delete-stack', '--stack-name', STACK]);
});

test('plain CloudFormation makes the stack, and a sweep the alarm of its gateway', async () => {
  const options = { NetFlowVersion: '9', MinimumRecordingTime: '0', FirstLinesWait: '0' };
  const collectors = `127.0.0.1:${collector.port}`;
  await shell.type(deployCommand({ ...options, EmailAddress: EMAIL, Collectors: collectors }));
  await sweep();
  const { alarms = [], functions } = await thingsOf(cloud, STACK);
  expect(alarms.filter((name) => name.includes('-nat-'))).toEqual([`${STACK}-${gateway}-followed`]);
  expect(functions?.sort()).toEqual(
    ['controller', 'forwarder', 'reporter'].map((name) => `${STACK}-${name}`),
  );
  const mail = await until('the mail', () =>
    cloud.mails().find(({ subject }) => subject === 'natflow follows egress'),
  );
  expect(mail).toMatchObject({ to: EMAIL });
});

test('a spike is recorded from the alarm to nfcapd and the archive', async () => {
  await setAlarm(cloud, STACK, `${gateway}-followed`, 'ALARM');
  const flowLog = await recordingOf(cloud, STACK);
  const exchanges = traffic(100);
  const lines = linesOf(flowLog, exchanges);
  await deliver(cloud, flowLog, lines);
  const bucket = await bucketOf(cloud, STACK);
  const archived = await until('all lines in the archive', async () => {
    const found = await archivedLines(cloud, bucket);
    return found.length >= lines.length ? found : undefined;
  });
  expect(archived.sort()).toEqual([...lines].sort());
  const { flows, trouble } = await heldBy(collector);
  expect(trouble).toEqual({ drops: 0, sequenceFailures: 0, complaints: [] });
  expect(flows).toEqual(flowsOf(exchanges));
  await setAlarm(cloud, STACK, `${gateway}-followed`, 'OK');
  await calm(cloud, STACK);
});

test('doctor asks for no macro, and finds what the sweep watches', async () => {
  const command = invokeCommand({ stack: STACK, region: REGION }, 'controller', {
    command: 'doctor',
  });
  const answer = await shell.type(command);
  expect(answer).toContain('the stack was deployed without the macro');
  expect(answer).toContain('natflow follows all: 1 gateway today, each with its alarm');
});

test('the deletion of the stack leaves nothing but the archive', async () => {
  const { UninstallCommand = '' } = await outputsOf(cloud, STACK);
  await shell.type(UninstallCommand);
  await shell.type(`aws cloudformation wait stack-delete-complete --stack-name ${STACK}`);
  expect(await flowLogsOf(cloud, STACK)).toEqual([]);
  expect(await thingsOf(cloud, STACK)).toEqual({});
});

test('the policies of the template and of the deployer allow all of these calls', () => {
  expect(cloud.denied()).toEqual([]);
  expect(cloud.needed()).toEqual(
    expect.arrayContaining([
      ...['cloudformation:CreateStack', 'cloudformation:DeleteStack', 's3:PutObject'],
      ...['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource', 'ec2:CreateFlowLogs'],
    ]),
  );
});

async function sweep(): Promise<void> {
  const place = { stack: STACK, region: REGION };
  const said = await shell.type(invokeCommand(place, 'controller', { command: 'sweep' }));
  expect(said).not.toContain('errorMessage');
}
