import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { build } from '../../infra/build.ts';
import { ROOT } from '../../infra/root.ts';
import { invokeCommand } from '../../shared/command-line.ts';
import { archivedLines, keysOf, readObject } from './archive.ts';
import { type Cloud, connection, REGION, startCloud, until } from './cloud.ts';
import { bucketOf, calm, createGateway, deployStack, recordingOf, setAlarm } from './stack.ts';
import { deliver, type Exchange, linesOf, traffic } from './traffic.ts';
import { Shell } from './typed.ts';

const STACK = 'named';

let cloud: Cloud;
let folder: string;
let gateway: string;
let bucket: string;
let exchanges: Exchange[];

beforeAll(async () => {
  cloud = await startCloud();
  folder = await mkdtemp(join(tmpdir(), 'natflow-deploy-'));
  gateway = await createGateway(cloud, 'egress');
  await build();
  await cloud.run('sam', ['build'], 'infra');
  await cloud.run('sam', ['deploy', '--no-confirm-changeset'], 'infra');
  await cloud.run('sam', ['build']);
  const Parameters = {
    NatGatewayIds: 'all',
    DnsNames: 'true',
    GroupBy: 'team',
    EmailAddress: 'ops@example.org',
  };
  await deployStack(cloud, STACK, { ...Parameters, MinimumRecordingTime: 0, FirstLinesWait: 0 });
  bucket = await bucketOf(cloud, STACK);
}, 600_000);

afterAll(async () => {
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the gateway's VPC has a query log configuration to the archive", async () => {
  const list = (what: string, query: string) =>
    cloud.aws<object[]>('route53resolver', `list-resolver-query-log-${what}`, '--query', query);
  const [config] = await list('configs', 'ResolverQueryLogConfigs[].[Id,Name,DestinationArn]');
  expect(config).toEqual([expect.any(String), STACK, `arn:aws:s3:::${bucket}/dns/`]);
  const vpc = await cloud.aws<string>(
    'ec2',
    'describe-nat-gateways',
    '--query',
    'NatGateways[0].VpcId',
  );
  const associated = 'ResolverQueryLogConfigAssociations[].[ResolverQueryLogConfigId,ResourceId]';
  const [id] = config as string[];
  expect(await list('config-associations', associated)).toEqual([[id, vpc]]);
});

test('doctor expects query logs, of which there are none yet', async () => {
  const shown = await cloud.run('npx', ['natflow', 'doctor', '--stack', STACK]);
  expect(shown).toMatch(/^unknown +query logs +no query log is in s3:\/\/[^ ]+\/dns\/, /m);
});

test('a recording whose lines are in the archive', async () => {
  await setAlarm(cloud, STACK, gateway, 'ALARM');
  const flowLog = await recordingOf(cloud, STACK);
  exchanges = traffic(120);
  const lines = linesOf(flowLog, exchanges);
  await deliver(cloud, flowLog, lines);
  await until('lines in the archive', async () => {
    return (await archivedLines(cloud, bucket)).length >= lines.length;
  });
  await setAlarm(cloud, STACK, gateway, 'OK');
  await calm(cloud, STACK);
});

/** Clients in the first subnet are pods; the second one belongs to a team as a whole. */
const isPod = (client: string) => client.startsWith('172.31.1.');
const TEAMS = 'cidr,team\n172.31.16.0/20,data\n';
const HOST = 'api.cardpay.example';

/** What kubectl prints: a pod at each address of the first subnet. */
function podList(): string {
  const addresses = new Set(exchanges.map(({ client }) => client).filter(isPod));
  const items = [...addresses].map((podIP) => ({
    metadata: { name: `api-${podIP.split('.')[3]}`, namespace: 'shop', labels: { team: 'shop' } },
    spec: { nodeName: 'node-1' },
    status: { phase: 'Running', podIP, hostIP: '172.31.0.9', startTime: '2026-01-01T00:00:00Z' },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** A query log of the resolver that names the far side outside AWS. */
function queryLog(): string {
  const peers = new Set(exchanges.filter(({ service }) => service === '-').map(({ peer }) => peer));
  const time = new Date(1000 * ((exchanges[0]?.start ?? 0) - 60)).toISOString();
  const records = [...peers].map((Rdata) => ({
    ...{ version: '1.100000', vpc_id: 'vpc-1', query_timestamp: time, query_name: `${HOST}.` },
    answers: [{ Rdata, Type: 'A', Class: 'IN' }],
    srcaddr: '172.31.1.250',
  }));
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** The YAML documents of the cron job in docs/reporting.md. */
async function manifests() {
  const docs = await readFile(join(ROOT, 'docs/reporting.md'), 'utf8');
  const [, yaml = ''] = /```yaml\n(apiVersion.*?)```/s.exec(docs) ?? [];
  return { yaml, documents: parseAllDocuments(yaml).map((each) => each.toJS()) };
}

test("the docs' cron job is valid Kubernetes, and its script puts kubectl's list into the archive", async () => {
  const { yaml, documents } = await manifests();
  expect(documents.map(({ kind }) => kind)).toContain('CronJob');
  const file = join(folder, 'cronjob.yaml');
  await writeFile(file, yaml);
  await cloud.run('kubernetes-validate', ['--strict', file]);
  const job = documents.find(({ kind }) => kind === 'CronJob');
  const [container] = job.spec.jobTemplate.spec.template.spec.containers;
  const [program, flags] = container.command;
  const script = container.args[0].replaceAll('ARCHIVE', bucket);
  const stubs = join(folder, 'bin');
  await mkdir(stubs);
  await writeFile(join(folder, 'list.json'), podList());
  const stub = `#!/bin/sh\n[ "$*" = 'get pods -A -o json' ] && cat ${join(folder, 'list.json')}\n`;
  await writeFile(join(stubs, 'kubectl'), stub);
  await chmod(join(stubs, 'kubectl'), 0o755);
  const env = { ...cloud.env, PATH: [stubs, cloud.env['PATH']].join(delimiter) };
  await promisify(execFile)(program, [flags, script], { cwd: folder, env });
  expect(await keysOf(cloud, bucket, 'names/')).toEqual([
    expect.stringMatching(/^names\/pods\/\d{4}\/\d\d\/\d\d\/\d\d-\d\d\.json\.gz$/),
  ]);
  await rm(join(folder, 'list.json'));
  await expect(
    promisify(execFile)(program, [flags, script], { cwd: folder, env }),
  ).rejects.toThrow();
  expect(await keysOf(cloud, bucket, 'names/')).toHaveLength(1);
});

/** Puts an object into the archive as an administrator does. */
async function put(key: string, content: string | Uint8Array): Promise<void> {
  const file = join(folder, 'object');
  await writeFile(file, content);
  await cloud.run('aws', ['s3', 'cp', file, `s3://${bucket}/${key}`]);
}

test('the report has pods, teams and domains from names/ and dns/, to the byte', async () => {
  await put('names/teams.csv', TEAMS);
  const [date = ''] = new Date().toISOString().split('T');
  const day = date.replaceAll('-', '/');
  await put(`dns/AWSLogs/000000000000/vpcdnsquerylogs/vpc-1/${day}/a.log.gz`, gzipSync(queryLog()));
  const [{ start = 0 } = {}] = exchanges;
  const recording = {
    ...{ id: `${gateway}-20260101T000000Z-0`, gatewayId: gateway },
    ...{ startedAt: 1000 * start, endedAt: Date.now(), recordingsLeft: 'any number' },
  };
  const request = { command: 'report' as const, recording };
  const shell = new Shell(cloud, folder);
  await shell.type(invokeCommand({ stack: STACK, region: REGION }, 'reporter', request));
  const [key = ''] = (await keysOf(cloud, bucket, 'reports/')).filter((each) =>
    each.endsWith('json'),
  );
  const report = JSON.parse((await readObject(cloud, bucket, key)).toString());

  const sums = (keyOf: (exchange: Exchange) => string) => {
    const found: Record<string, number> = {};
    for (const each of exchanges) {
      found[keyOf(each)] = (found[keyOf(each)] ?? 0) + each.up + each.down;
    }
    return found;
  };
  interface Row {
    readonly bytes: number;
    readonly label?: string;
    readonly domain?: string | null;
    readonly name?: string;
    readonly address?: string;
  }
  const rows = (all: readonly Row[], keyOf: (row: Row) => unknown) =>
    Object.fromEntries(all.map((row) => [keyOf(row), row.bytes]));
  expect(report.grouping.by).toBe('team');
  expect(rows(report.grouping.groups.rows, ({ label }) => label)).toEqual(
    sums(({ client }) => (isPod(client) ? 'shop' : 'data')),
  );
  expect(rows(report.domains.rows, ({ domain }) => domain)).toEqual(
    sums(({ service }) => (service === '-' ? 'cardpay.example' : 'null')),
  );
  const byAddress = sums(({ client }) => client);
  expect(report.sources.rows).toHaveLength(20);
  for (const { address = '', name, bytes } of report.sources.rows) {
    expect(bytes).toBe(byAddress[address]);
    expect(name).toBe(isPod(address) ? `shop/api-${address.split('.')[3]}` : undefined);
  }
  const mail = cloud.mails().at(-1);
  expect(mail?.body).toMatch(/^By team: (shop|data) .*; (shop|data) .*\.$/m);
  expect(mail?.body).toMatch(/^Domains: .*cardpay\.example .*\.$/m);
});

test('the policies of the template allow all of these calls', () => {
  expect(cloud.denied()).toEqual([]);
});

/** S3 for a caller with this role, whose policies the server enforces. */
async function actingAs(role: string): Promise<S3Client> {
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = await cloud.aws<string[]>(
    ...['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'test'],
    ...['--query', 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]'],
  );
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  return new S3Client({ ...connection(cloud.endpoint), credentials, forcePathStyle: true });
}

test("the reporter's role reads names and query logs, writes neither, and reads nothing else", async () => {
  const roles = await cloud.aws<string[]>('iam', 'list-roles', '--query', 'Roles[].Arn');
  const role = roles.find((arn) => arn.includes(`/${STACK}-ReporterRole`)) ?? '';
  const s3 = await actingAs(role);
  const others = ['private/a.csv', 'errors/other/a.csv', 'namesake/a.csv', 'a.csv'];
  for (const key of others) await put(key, 'x');
  const names = await keysOf(cloud, bucket, 'names/');
  const named = [...names, ...(await keysOf(cloud, bucket, 'dns/'))];
  expect(named).toHaveLength(3);
  for (const Key of named) await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  expect(cloud.denied()).toEqual([]);

  const refused: string[] = [];
  const refuse = async (action: string, Key: string, asking: Promise<unknown>) => {
    await expect(asking).rejects.toThrow();
    refused.push(`${role.split('/').at(-1)} s3:${action} arn:aws:s3:::${bucket}/${Key}`);
  };
  for (const Key of others) {
    const get = new GetObjectCommand({ Bucket: bucket, Key });
    await refuse('GetObject', Key, s3.send(get));
  }
  for (const Key of ['names/b.csv', 'dns/b.log.gz', ...named]) {
    const [put, remove] = [
      new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }),
      new DeleteObjectCommand({ Bucket: bucket, Key }),
    ];
    await refuse('PutObject', Key, s3.send(put));
    await refuse('DeleteObject', Key, s3.send(remove));
  }
  expect(cloud.denied()).toEqual(refused);
  s3.destroy();
});
