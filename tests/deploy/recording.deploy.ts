import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from '../../infra/build.ts';
import { startNfcapd } from '../collectors/nfcapd.ts';
import type { Collector } from '../collectors/program.ts';
import { archivedLines, keysOf, readObject } from './archive.ts';
import { type Cloud, startCloud, until } from './cloud.ts';
import { grantedActions, NOT_HERE } from './granted.ts';
import {
  calm,
  createGateway,
  deployStack,
  flowLogsOf,
  meter,
  outputsOf,
  recordingOf,
  setAlarm,
  thingsOf,
} from './stack.ts';
import { deliver, type Exchange, flowsOf, heldBy, linesOf, traffic } from './traffic.ts';

const ONE = 'spikes';
const TWO = 'spikes-two';
const EMAIL = 'ops@example.org';

let cloud: Cloud;
let folder: string;
let collector: Collector;
let gateways: string[];
let exchanges: Exchange[];

beforeAll(async () => {
  cloud = await startCloud();
  folder = await mkdtemp(join(tmpdir(), 'natflow-deploy-'));
  collector = await startNfcapd(folder);
  gateways = [await createGateway(cloud, 'egress-a'), await createGateway(cloud, 'egress-b')];
  await build();
}, 60_000);

afterAll(async () => {
  await collector?.kill();
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('the macro stack, then two stacks side by side, with the SAM CLI alone', async () => {
  const [a = '', b = ''] = gateways;
  await cloud.run('sam', ['build'], 'infra');
  await cloud.run('sam', ['deploy', '--no-confirm-changeset'], 'infra');
  await cloud.run('sam', ['build']);
  const common = { EmailAddress: EMAIL, MinimumRecordingTime: 0 };
  await deployStack(cloud, ONE, {
    ...common,
    NatGatewayIds: 'all',
    Collectors: `127.0.0.1:${collector.port}`,
    NetFlowVersion: '9',
    ReportDelay: 60,
    NatPrice: '0.1',
  });
  await deployStack(cloud, TWO, { ...common, NatGatewayIds: `${a}=500MB`, RecordingTime: 60 });
  const { alarms } = await thingsOf(cloud, ONE);
  expect(alarms?.filter((name) => name.includes('-nat-')).sort()).toEqual(
    [`${ONE}-${a}`, `${ONE}-${b}`].sort(),
  );
  expect(await outputsOf(cloud, ONE)).toMatchObject({
    NextStep: expect.stringContaining('Confirm'),
    UninstallCommand: 'npm run undeploy -- --stack-name spikes',
  });
});

test('doctor finds, with the role of the controller, what is sound and what is not yet', async () => {
  const answer = await natflow(`doctor --stack ${ONE} --json`).catch(({ message }) => message);
  const findings: { check: string; status: string; text: string }[] = JSON.parse(
    /^\[\{.*\}\]$/m.exec(answer)?.[0] ?? '[]',
  );
  const notOk = findings.filter(({ status }) => status !== 'ok');
  // Nothing was metered yet, no account has the role before its first flow log, and moto confirms every address.
  expect(notOk.map(({ check, status }) => `${check} ${status}`)).toEqual([
    ...gateways.map(() => 'metrics unknown'),
    'service role unknown',
  ]);
  expect(findings.find(({ check }) => check === 'subscription')?.text).toContain(EMAIL);
});

test('a stack that cannot be is refused in a sentence', async () => {
  const deploying = deployStack(cloud, 'natflow-bad', {
    NatGatewayIds: 'nat-0123',
    SamplingPeriod: 90,
  });
  await expect(deploying).rejects.toThrow(
    /SamplingPeriod 90 is not a multiple of 60.*there is no NAT gateway nat-0123/,
  );
});

test('a spike is recorded, arrives at nfcapd flow by flow and in the archive line by line, and is over', async () => {
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
    const found = await archivedLines(cloud, await bucketOf(ONE));
    return found.length >= lines.length ? found : undefined;
  });
  expect(archived.sort()).toEqual([...lines].sort());

  const { flows, trouble } = await heldBy(collector);
  expect(trouble).toEqual({ drops: 0, sequenceFailures: 0, complaints: [] });
  expect(flows).toEqual(flowsOf(exchanges));

  const [{ start = 0 } = {}] = exchanges;
  await meter(cloud, a, 'BytesInFromSource', total('up'), start + 30);
  await meter(cloud, a, 'BytesInFromDestination', total('down'), start + 30);
  await setAlarm(cloud, ONE, a, 'OK');
  await calm(cloud, ONE);
  const subjects = await until('both mails', () => {
    const mine = cloud.mails().filter(({ to }) => to === EMAIL);
    return mine.length >= 2 ? mine.map(({ subject }) => subject) : undefined;
  });
  expect(subjects).toEqual([
    expect.stringMatching(/^\[natflow\] recording .*2\.8 GiB\/min/),
    expect.stringMatching(/^\[natflow\] recorded /),
  ]);
});

test('a spike that goes on is recorded for RecordingTime, and the next one is recorded again', async () => {
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

test('the spike is reported on a minute after its end: in the archive, and by mail with a link to the page', async () => {
  const mail = await until(
    'the report',
    () => cloud.mails().find(({ body }) => /^WHO/.test(body)),
    75,
  );
  expect(mail).toMatchObject({
    to: EMAIL,
    subject: expect.stringMatching(
      /^\[natflow\] egress-a: \d+\.\d% by 10\.20\.\d\.\d+ to 198\.51\.100\./,
    ),
  });
  expect(mail.body).toContain('Flows explain 100.0% of the bytes CloudWatch metered.');
  expect(mail.body).toContain('Recordings left: 9 of 10.');

  const bucket = await bucketOf(ONE);
  const [html = '', json = ''] = await keysOf(cloud, bucket, 'reports/');
  const bytes = total('up') + total('down');
  const report = JSON.parse((await readObject(cloud, bucket, json)).toString());
  expect(report.gateway).toMatchObject({ id: gateways[0], name: 'egress-a' });
  expect(Number(report.totals.forwarded.bytes)).toBe(bytes);
  expect(report.cost.total).toBeCloseTo((bytes / 2 ** 30) * 0.1);

  const [, link = ''] = /^REPORT +(\S+)$/m.exec(mail.body) ?? [];
  const response = await fetch(link);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const page = (await readObject(cloud, bucket, html)).toString();
  expect(await response.text()).toBe(page);

  const [, command = ''] = /^LATER +npx natflow (.+)$/m.exec(mail.body) ?? [];
  const file = join(folder, 'report.html');
  await natflow(command.replace('report.html', file));
  expect(await readFile(file, 'utf8')).toBe(page);
  expect(JSON.parse(await natflow(`recordings --stack ${ONE} --json`))).toMatchObject([{ bytes }]);
  await expect(natflow(`recordings show ${gateways[1]} --stack ${ONE}`)).rejects.toThrow(
    `there is no report of ${gateways[1]}`,
  );
});

test('deleting a stack during its recording leaves nothing of it but the archive, and all of the other', async () => {
  const [a = '', b = ''] = gateways;
  await setAlarm(cloud, TWO, a, 'OK');
  await calm(cloud, TWO);
  const others = await aheadOf(TWO, 'Sweep', 'report', 'report');
  await setAlarm(cloud, ONE, b, 'ALARM');
  await recordingOf(cloud, ONE);
  await setAlarm(cloud, ONE, b, 'OK');
  await calm(cloud, ONE);
  await aheadOf(ONE, 'Sweep', 'report');
  await setAlarm(cloud, ONE, a, 'ALARM');
  await recordingOf(cloud, ONE);
  const bucket = await bucketOf(ONE);

  await cloud.run('sam', ['delete', '--stack-name', ONE, '--no-prompts']);
  expect(await flowLogsOf(cloud, ONE)).toEqual([]);
  expect(await thingsOf(cloud, ONE)).toEqual({});
  expect(await archivedLines(cloud, bucket)).not.toEqual([]);

  expect(await thingsOf(cloud, TWO)).toEqual(others);
  await setAlarm(cloud, TWO, a, 'ALARM');
  await recordingOf(cloud, TWO);
  await setAlarm(cloud, TWO, a, 'OK');
  await calm(cloud, TWO);
});

test('all this was done with what the template allows, and most of that was needed', () => {
  expect(cloud.denied()).toEqual([]);
  const needed = cloud.needed();
  const unneeded = grantedActions().filter((action) => !needed.includes(action));
  expect(unneeded.sort()).toEqual(NOT_HERE);
});

/** Types a command of natflow's. */
async function natflow(line: string): Promise<string> {
  return await cloud.run('npx', ['natflow', ...line.split(' ')]);
}

async function bucketOf(stack: string): Promise<string> {
  return (await outputsOf(cloud, stack))['ArchiveBucket'] ?? '';
}

/** Waits until exactly such schedules are set, kinds in order; returns all things of the stack. */
async function aheadOf(stack: string, ...kinds: string[]): Promise<Record<string, string[]>> {
  return await until(`${kinds} ahead of ${stack}`, async () => {
    const things = await thingsOf(cloud, stack);
    const ahead = things['schedules']?.map((name) => kinds.find((kind) => name.includes(kind)));
    return ahead?.sort().join() === kinds.join() ? things : undefined;
  });
}

/** Bytes of all exchanges in one direction. */
function total(direction: 'up' | 'down'): number {
  return exchanges.reduce((sum, exchange) => sum + exchange[direction], 0);
}
