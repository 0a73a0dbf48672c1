import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { invokeCommand } from '../../shared/command-line.ts';
import { startNfcapd } from '../collectors/nfcapd.ts';
import type { Collector } from '../collectors/program.ts';
import { archivedLines, keysOf, readObject } from './archive.ts';
import { checkMonth, makeCentralBucket } from './central-summaries.ts';
import { type Cloud, REGION, startCloud, until } from './cloud.ts';
import { AT_TIMES, grantedActions, NOT_HERE } from './granted.ts';
import { makeEndpoints, tryAgain, typeCommands } from './mail-commands.ts';
import { buildNetwork, type Network } from './network.ts';
import {
  aheadOf,
  bucketOf,
  calm,
  createGateway,
  deployStack,
  flowLogsOf,
  meter,
  outputsOf,
  recordByOthers,
  recordingOf,
  setAlarm,
  thingsOf,
} from './stack.ts';
import { deliver, type Exchange, flowsOf, heldBy, linesOf, total, traffic } from './traffic.ts';
import { commandsOf, Shell, typeNatflow } from './typed.ts';

const ONE = 'spikes';
const TWO = 'spikes-two';
const EMAIL = 'ops@example.org';

let cloud: Cloud;
let folder: string;
let collector: Collector;
let gateways: string[];
let network: Network;
let shell: Shell;
let exchanges: Exchange[];
const natflow = (line: string) => typeNatflow(cloud, line);

beforeAll(async () => {
  cloud = await startCloud();
  folder = await mkdtemp(join(tmpdir(), 'natflow-deploy-'));
  shell = new Shell(cloud, folder);
  collector = await startNfcapd(folder);
  gateways = [await createGateway(cloud, 'egress-a'), await createGateway(cloud, 'egress-b')];
  network = await buildNetwork(cloud);
}, 240_000);

afterAll(async () => {
  await collector?.kill();
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('the SAM CLI deploys the macro stack and then two stacks side by side', async () => {
  const [a = '', b = ''] = gateways;
  await cloud.run('sam', ['build'], 'infra');
  await cloud.run('sam', ['deploy', '--no-confirm-changeset'], 'infra');
  await cloud.run('sam', ['build']);
  const common = { EmailAddress: EMAIL, MinimumRecordingTime: 0, FirstLinesWait: 0 };
  await deployStack(cloud, ONE, {
    ...common,
    ...(await makeCentralBucket(cloud)),
    NatGatewayIds: 'all',
    Collectors: `127.0.0.1:${collector.port}`,
    NetFlowVersion: '9',
    ReportDelay: 60,
    NatPrice: '0.1',
  });
  await deployStack(cloud, TWO, {
    ...common,
    NatGatewayIds: `${a}=500MB`,
    RecordingTime: 60,
    NumOfRecordings: 2,
    ReportDelay: 3600,
  });
  const { alarms } = await thingsOf(cloud, ONE);
  expect(alarms?.filter((name) => name.includes('-nat-')).sort()).toEqual(
    [`${ONE}-${a}`, `${ONE}-${b}`].sort(),
  );
  expect(await outputsOf(cloud, ONE)).toMatchObject({
    NextStep: expect.stringContaining('Confirm'),
    UninstallCommand: 'aws cloudformation delete-stack --region eu-west-1 --stack-name spikes',
  });
});

test('doctor finds, with the role of the controller, what is sound and what is not yet', async () => {
  const answer = await natflow(`doctor --stack ${ONE} --json`).catch(({ message }) => message);
  const findings: { check: string; status: string; text: string }[] = JSON.parse(
    /^\[\{.*\}\]$/m.exec(answer)?.[0] ?? '[]',
  );
  const notOk = findings.filter(({ status }) => status !== 'ok');
  // Nothing was metered yet, no account has the role before its first flow log, nothing was written to CentralBucket,
  // and moto confirms every address.
  expect(notOk.map(({ check, status }) => `${check} ${status}`)).toEqual([
    ...gateways.map(() => 'metrics unknown'),
    'service role unknown',
    'summaries unknown',
  ]);
  expect(findings.find(({ check }) => check === 'subscription')?.text).toContain(EMAIL);
});

test('invalid parameters are rejected with a sentence', async () => {
  const deploying = deployStack(cloud, 'natflow-bad', {
    NatGatewayIds: 'nat-0123',
    SamplingPeriod: 90,
  });
  await expect(deploying).rejects.toThrow(
    /SamplingPeriod 90 is not a multiple of 60.*there is no NAT gateway nat-0123/,
  );
});

test('a spike is recorded, nfcapd gets every flow and the archive every line, and the recording ends', async () => {
  const [a = ''] = gateways;
  await setAlarm(cloud, ONE, a, 'ALARM');
  const flowLog = await recordingOf(cloud, ONE);
  expect(flowLog).toMatchObject({
    LogDestinationType: 'kinesis-data-firehose',
    LogDestination: (await outputsOf(cloud, ONE))['StreamArn'],
    MaxAggregationInterval: 60,
    TrafficType: 'ALL',
  });
  expect(await flowLogsOf(cloud, TWO)).toEqual([]);

  exchanges = traffic(300);
  const lines = linesOf(flowLog, exchanges);
  await deliver(cloud, flowLog, lines);
  const archived = await until('all lines in the archive', async () => {
    const found = await archivedLines(cloud, await bucketOf(cloud, ONE));
    return found.length >= lines.length ? found : undefined;
  });
  expect(archived.sort()).toEqual([...lines].sort());

  const { flows, trouble } = await heldBy(collector);
  expect(trouble).toEqual({ drops: 0, sequenceFailures: 0, complaints: [] });
  expect(flows).toEqual(flowsOf(exchanges));

  const [{ start = 0 } = {}] = exchanges;
  await meter(cloud, a, 'BytesInFromSource', total(exchanges, 'up'), start + 30);
  await meter(cloud, a, 'BytesInFromDestination', total(exchanges, 'down'), start + 30);
  // A sweep arms the stop again, which updates its schedule.
  await shell.type(
    invokeCommand({ stack: ONE, region: REGION }, 'controller', { command: 'sweep' }),
  );
  await setAlarm(cloud, ONE, a, 'OK');
  await calm(cloud, ONE);
  const subjects = await until('both mails', () => {
    const mine = cloud.mails().filter(({ to }) => to === EMAIL);
    return mine.length >= 2 ? mine.map(({ subject }) => subject) : undefined;
  });
  expect(subjects).toEqual([
    '2.79 GiB/min egress-a is being recorded (threshold 0.93 GiB/min)',
    expect.stringMatching(
      /^(\d+ min )?\d+ s recording of egress-a is over; who it was follows at about \d\d:\d\d UTC$/,
    ),
  ]);
});

test('a spike longer than RecordingTime is recorded for that time, and the next spike is recorded too', async () => {
  const [a = ''] = gateways;
  await setAlarm(cloud, TWO, a, 'ALARM');
  const first = await recordingOf(cloud, TWO);
  expect(await flowLogsOf(cloud, ONE)).toEqual([]);
  await calm(cloud, TWO, 100);
  await setAlarm(cloud, TWO, a, 'OK');
  await setAlarm(cloud, TWO, a, 'ALARM');
  const second = await recordingOf(cloud, TWO);
  expect(second.FlowLogId).not.toBe(first.FlowLogId);
});

test('the report of a spike is in the archive a minute after its end, and a mail links to its page', async () => {
  const mail = await until(
    'the report',
    () => cloud.mails().find(({ body }) => /^Spent: /m.test(body)),
    75,
  );
  expect(mail).toMatchObject({
    to: EMAIL,
    subject: expect.stringMatching(/^<?\$[\d.]+ .* \(egress-a\)$/),
  });
  expect(mail.body).toContain('Flows explain 100.0% of the bytes CloudWatch metered.');
  expect(mail.body).toContain('Recordings left: 9 of 10.');

  const bucket = await bucketOf(cloud, ONE);
  const [html = '', json = ''] = await keysOf(cloud, bucket, 'reports/');
  const bytes = total(exchanges, 'up') + total(exchanges, 'down');
  const report = JSON.parse((await readObject(cloud, bucket, json)).toString());
  expect(report.gateway).toMatchObject({ id: gateways[0], name: 'egress-a' });
  expect(Number(report.totals.forwarded.bytes)).toBe(bytes);
  expect(report.cost.total).toBeCloseTo((bytes / 2 ** 30) * 0.1);

  const [, link = ''] = /^Report \(a link lasts some hours\): (\S+)$/m.exec(mail.body) ?? [];
  const response = await fetch(link);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const page = (await readObject(cloud, bucket, html)).toString();
  expect(await response.text()).toBe(page);

  const [make = '', extend = '', copy = '', list = ''] = commandsOf(mail);
  await makeEndpoints(cloud, shell, network, [make, extend]);
  await shell.type(copy);
  expect(await readFile(join(folder, 'report.html'), 'utf8')).toBe(page);
  expect(await shell.type(list)).toMatch(/\.log\.gz$/m);
  const { RecordingsCommand = '' } = await outputsOf(cloud, ONE);
  expect(await shell.type(RecordingsCommand)).toContain(`"bytes":${bytes},`);
  expect(JSON.parse(await natflow(`recordings --stack ${ONE} --json`))).toMatchObject({
    recordings: [{ bytes }],
    months: [{ recordings: 1, bytes, cost: report.cost.total }],
  });
  await expect(natflow(`recordings show ${gateways[1]} --stack ${ONE}`)).rejects.toThrow(
    `there is no report of ${gateways[1]}`,
  );
});

test('the summary of the recording is in the central bucket, and a mail says what its month came to', async () => {
  await checkMonth(cloud, shell, { stack: ONE, exchanges, folder });
});

test('a start that AWS refuses is told by mail and by natflow, and its command works once the reason is gone', async () => {
  const [, b = ''] = gateways;
  const others = await recordByOthers(cloud, ONE, b);
  const reason = /cannot start recording nat-\w+: ec2:CreateFlowLogs: FlowLogAlreadyExists: /;
  await expect(natflow(`record start ${b} --stack ${ONE}`)).rejects.toThrow(reason);
  await tryAgain(cloud, shell, ONE, b, others);
});

test('the commands of the mails work as they stand, with the AWS CLI alone', async () => {
  await typeCommands(cloud, shell, TWO, gateways[0] ?? '');
});

test('deleting a stack during its recording leaves nothing of it but the archive, and all of the other', async () => {
  const [a = '', b = ''] = gateways;
  await setAlarm(cloud, TWO, a, 'OK');
  await calm(cloud, TWO);
  const reports = Array.from({ length: 4 }, () => 'report');
  const others = await aheadOf(cloud, TWO, 'Month', 'Sweep', ...reports);
  await setAlarm(cloud, ONE, b, 'ALARM');
  await recordingOf(cloud, ONE);
  await setAlarm(cloud, ONE, b, 'OK');
  await calm(cloud, ONE);
  await aheadOf(cloud, ONE, 'Month', 'Share', 'Sweep', 'report');
  await setAlarm(cloud, ONE, a, 'ALARM');
  await recordingOf(cloud, ONE);
  const bucket = await bucketOf(cloud, ONE);

  const { UninstallCommand = '' } = await outputsOf(cloud, ONE);
  await shell.type(UninstallCommand);
  await cloud.run('aws', ['cloudformation', 'wait', 'stack-delete-complete', '--stack-name', ONE]);
  expect(await flowLogsOf(cloud, ONE)).toEqual([]);
  expect(await thingsOf(cloud, ONE)).toEqual({});
  expect(await archivedLines(cloud, bucket)).not.toEqual([]);

  expect(await thingsOf(cloud, TWO)).toEqual(others);
  await setAlarm(cloud, TWO, a, 'ALARM');
  await recordingOf(cloud, TWO);
  await setAlarm(cloud, TWO, a, 'OK');
  await calm(cloud, TWO);
});

test('every command that a mail has was typed, of this gateway or of another', () => {
  expect(shell.untyped(cloud.mails().flatMap(commandsOf))).toEqual([]);
});

test('the policies allow all of these calls, and grant nothing unneeded outside a reviewed list', () => {
  expect(cloud.denied()).toEqual([]);
  const needed = cloud.needed();
  const unneeded = grantedActions().filter((action) => ![...needed, ...AT_TIMES].includes(action));
  expect(unneeded.sort()).toEqual(NOT_HERE);
});
