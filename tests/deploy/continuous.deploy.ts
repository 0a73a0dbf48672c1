import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from '../../infra/build.ts';
import { invokeCommand } from '../../shared/command-line.ts';
import { startNfcapd } from '../collectors/nfcapd.ts';
import type { Collector } from '../collectors/program.ts';
import { archivedLines, keysOf } from './archive.ts';
import { type Cloud, REGION, startCloud, until } from './cloud.ts';
import { continuousLines } from './continuous-lines.ts';
import {
  bucketOf,
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
import { deliver, type FlowLog, flowsOf, heldBy, linesOf, total, traffic } from './traffic.ts';
import { Shell } from './typed.ts';

const ALONE = 'always';
const BOTH = 'beside';
const LINES = 400;

let cloud: Cloud;
let folder: string;
let shell: Shell;
const collectors: Collector[] = [];
let gateway: string;
let vpc: string;
let tgw: string;

beforeAll(async () => {
  cloud = await startCloud();
  folder = await mkdtemp(join(tmpdir(), 'natflow-deploy-'));
  shell = new Shell(cloud, folder);
  for (const name of [ALONE, BOTH]) {
    await mkdir(join(folder, name));
    collectors.push(await startNfcapd(join(folder, name)));
  }
  gateway = await createGateway(cloud, 'egress');
  vpc = await cloud.aws<string>('ec2', 'describe-vpcs', '--query', 'Vpcs[0].VpcId');
  const transit = ['--query', 'TransitGateway.TransitGatewayId'];
  tgw = await cloud.aws<string>('ec2', 'create-transit-gateway', ...transit);
  await build();
  await cloud.run('sam', ['build'], 'infra');
  await cloud.run('sam', ['deploy', '--no-confirm-changeset'], 'infra');
  await cloud.run('sam', ['build']);
}, 300_000);

afterAll(async () => {
  await Promise.all(collectors.map((each) => each.kill()));
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('preflight says what the sources cost, by what CloudWatch meters of them', async () => {
  const yesterday = Date.now() / 1000 - 86_400;
  await meter(cloud, gateway, 'BytesInFromSource', 7e12, yesterday);
  await cloud.run('aws', [
    ...['cloudwatch', 'put-metric-data', '--namespace', 'AWS/TransitGateway'],
    ...['--metric-name', 'BytesIn', '--dimensions', `TransitGateway=${tgw}`, '--value', '14e12'],
    ...['--timestamp', new Date(1000 * yesterday).toISOString()],
  ]);
  const eni = ['--query', 'NetworkInterfaces[0].NetworkInterfaceId'];
  const other = await cloud.aws<string>('ec2', 'describe-network-interfaces', ...eni);
  const preflight = (...ids: string[]) =>
    cloud.run('npx', ['natflow', 'preflight', '--continuous', ids.join(',')]);
  const shown = await preflight(vpc, tgw);
  expect(shown).toContain(
    '2 sources; $0.42 a GiB of lines, delivery and Firehose (list price of eu',
  );
  expect(shown).toMatch(
    /tgw-\w+ +56,655\.46 GiB a month at the rate of the last 7 days: .* a month$/m,
  );
  expect(shown).toMatch(/vpc-\w+ +at least 28,327\.73 GiB a month .* CloudWatch meters no VPC: /m);
  expect(await preflight(other)).toContain('CloudWatch meters no NetworkInterface');
  await expect(preflight(vpc, other)).rejects.toThrow(`${other} is a part of ${vpc}`);
  await expect(preflight('vpc-0123')).rejects.toThrow('there is no vpc-0123 in this account');
});

test('a stack with neither gateways nor continuous sources is refused in one sentence', async () => {
  await expect(deployStack(cloud, 'nothing', { RecordingTime: 60 })).rejects.toThrow(
    /NatGatewayIds and ContinuousSources are both empty: name NAT gateways to watch, or/,
  );
});

test('a stack with continuous sources alone has their flow logs, and no alarm of a gateway', async () => {
  await deployStack(cloud, ALONE, {
    ContinuousSources: `${vpc},${tgw}`,
    Collectors: `127.0.0.1:${collectors[0]?.port}`,
    NetFlowVersion: '9',
  });
  const { ContinuousStreamArn = '' } = await outputsOf(cloud, ALONE);
  const made = await flowLogsTo(ContinuousStreamArn);
  expect(made.map(({ ResourceId }) => ResourceId).sort()).toEqual([tgw, vpc].sort());
  for (const each of made) {
    expect(each).toMatchObject({
      ...{ LogDestinationType: 'kinesis-data-firehose', MaxAggregationInterval: 60 },
    });
    expect(each.Tags.map(({ Key }) => Key)).not.toContain('natflow:stack');
  }
  const { alarms = [] } = await thingsOf(cloud, ALONE);
  expect(alarms.filter((name) => name.includes('-nat-'))).toEqual([]);
  expect(alarms).toContain(`${ALONE}-continuous-throttled`);
});

test('doctor finds nothing wrong with it', async () => {
  const shown = await cloud.run('npx', ['natflow', 'doctor', '--stack', ALONE, '--json']);
  const findings: { check: string; status: string; text: string }[] = JSON.parse(shown);
  expect(findings.filter(({ status }) => status === 'wrong')).toEqual([]);
  expect(findings.filter(({ check }) => check === 'continuous')).toHaveLength(3);
});

test('every line of a VPC and of a transit gateway reaches nfcapd once and the archive once, and none is priced', async () => {
  const { ContinuousStreamArn = '' } = await outputsOf(cloud, ALONE);
  const logged = (await flowLogsTo(ContinuousStreamArn)).map((flowLog, i) => ({
    flowLog,
    ...continuousLines(flowLog, LINES, i + 1),
  }));
  // Lines of both formats alternate within a delivery.
  await Promise.all(logged.map(({ flowLog, lines }) => deliver(cloud, flowLog, lines)));
  const lines = logged.flatMap((each) => each.lines).sort();
  const bucket = await bucketOf(cloud, ALONE);
  const archived = await until('all lines in the archive', async () => {
    const found = await archivedLines(cloud, bucket, 'continuous/');
    return found.length >= lines.length ? found : undefined;
  });
  expect(archived.sort()).toEqual(lines);
  expect(await keysOf(cloud, bucket, 'flows/')).toEqual([]);
  expect(await keysOf(cloud, bucket, 'errors/')).toEqual([]);

  const { flows, trouble } = await heldBy(collectors[0] as Collector);
  expect(trouble).toEqual({ drops: 0, sequenceFailures: 0, complaints: [] });
  expect(flows).toEqual(logged.flatMap((each) => each.flows).sort());

  const { ContinuousArchive = '' } = await outputsOf(cloud, ALONE);
  const shown = await cloud.run('npx', ['natflow', 'report', ContinuousArchive, '--json']);
  const { records, cost } = JSON.parse(shown);
  expect(records).toMatchObject({ read: lines.length, ok: flows.length, malformed: 0 });
  expect(cost).toMatchObject({ total: null });
});

test('beside a recording of the same stack, neither disturbs the other', async () => {
  await deployStack(cloud, BOTH, {
    NatGatewayIds: gateway,
    ContinuousSources: vpc,
    Collectors: `127.0.0.1:${collectors[1]?.port}`,
    NetFlowVersion: '9',
    ...{ MinimumRecordingTime: 0, FirstLinesWait: 0, ReportDelay: 60, NatPrice: '0.1' },
  });
  const { ContinuousStreamArn = '' } = await outputsOf(cloud, BOTH);
  const [continuous] = await flowLogsTo(ContinuousStreamArn);
  if (continuous === undefined) throw new Error('no flow log of the VPC');
  await setAlarm(cloud, BOTH, gateway, 'ALARM');
  const recording = await recordingOf(cloud, BOTH);
  const exchanges = traffic(200);
  const recorded = linesOf(recording, exchanges);
  const others = continuousLines(continuous, LINES, 7);
  for (const part of [0, 1]) {
    const of = <T>(lines: readonly T[]) =>
      lines.slice((part * lines.length) / 2, ((part + 1) * lines.length) / 2);
    await Promise.all([
      deliver(cloud, recording, of(recorded)),
      deliver(cloud, continuous, of(others.lines)),
    ]);
  }
  const bucket = await bucketOf(cloud, BOTH);
  const archived = async () => ({
    flows: (await archivedLines(cloud, bucket)).sort(),
    continuous: (await archivedLines(cloud, bucket, 'continuous/')).sort(),
  });
  await until('all lines in the archive', async () => {
    const found = await archived();
    return found.flows.length >= recorded.length && found.continuous.length >= others.lines.length;
  });
  expect(await archived()).toEqual({
    flows: [...recorded].sort(),
    continuous: [...others.lines].sort(),
  });
  const { flows, trouble } = await heldBy(collectors[1] as Collector);
  expect(trouble).toEqual({ drops: 0, sequenceFailures: 0, complaints: [] });
  expect(flows).toEqual([...flowsOf(exchanges), ...others.flows].sort());

  // The sweep deletes flow logs of the stack that no recording has: those of the sources are CloudFormation's.
  await shell.type(
    invokeCommand({ stack: BOTH, region: REGION }, 'controller', { command: 'sweep' }),
  );
  await setAlarm(cloud, BOTH, gateway, 'OK');
  await calm(cloud, BOTH);
  expect(await flowLogsTo(ContinuousStreamArn)).toEqual([continuous]);
  const [{ bytes, cost } = { bytes: 0, cost: 0 }] = await until(
    'the report',
    async () => {
      const shown = await cloud.run('npx', ['natflow', 'recordings', '--stack', BOTH, '--json']);
      const { recordings } = JSON.parse(shown) as { recordings: { bytes: number; cost: number }[] };
      return recordings.length > 0 ? recordings : undefined;
    },
    90,
  );
  const all = total(exchanges, 'up') + total(exchanges, 'down');
  expect(bytes).toBe(all);
  expect(cost).toBeCloseTo((all / 2 ** 30) * 0.1);
});

test('deleting a stack deletes the flow logs of its sources, and leaves those of others', async () => {
  const { ContinuousStreamArn: ofAlone = '' } = await outputsOf(cloud, ALONE);
  const { ContinuousStreamArn: ofBoth = '' } = await outputsOf(cloud, BOTH);
  await cloud.run('npx', ['natflow', 'undeploy', '--stack-name', ALONE, '--no-prompts']);
  expect(await flowLogsTo(ofAlone)).toEqual([]);
  expect(await thingsOf(cloud, ALONE)).toEqual({});
  expect(await flowLogsTo(ofBoth)).toHaveLength(1);
  expect(await flowLogsOf(cloud, BOTH)).toEqual([]);
});

test('the policies of the template allow all of these calls', () => {
  expect(cloud.denied()).toEqual([]);
});

/** The flow logs that go to a stream. */
async function flowLogsTo(stream: string): Promise<FlowLog[]> {
  const all = await cloud.aws<FlowLog[]>('ec2', 'describe-flow-logs', '--query', 'FlowLogs[]');
  return all.filter(({ LogDestination }) => LogDestination === stream);
}
