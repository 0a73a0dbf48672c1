import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { build } from '../../infra/build.ts';
import { connection, STATE_TABLE } from '../../services/local-aws/dynamodb.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import { readReport, readReporterAnswer } from '../../shared/contract/reporter.ts';
import type { MonthReport } from '../../shared/report/model/month.ts';
import type { Report } from '../../shared/report/model/report.ts';
import type { Place } from '../controller/aws-contract.ts';
import { INTERFACE, START, storyLines } from '../reporter/story.ts';
import { natflow } from '../support/run-natflow.ts';
import { startMoto } from './moto.ts';
import { createNetwork } from './network.ts';

jest.setTimeout(60_000);

const CENTRAL = 'central';
const LINES = storyLines().trimEnd().split('\n').slice(1);
/** On the first of December, when the schedule fires. */
const NOW = Date.UTC(2026, 11, 1, 8);

type Credentials = ReturnType<typeof connection>['credentials'] & { sessionToken?: string };

/** An account with a stack of its own: its reporter, and the archive. */
interface Account {
  readonly number: string;
  readonly bucket: string;
  readonly id: string;
  readonly s3: S3Client;
  readonly reporter: LambdaFunction;
  /** A reporter of this account with another CentralBucket. */
  readonly reporterTo: (central: string) => LambdaFunction;
  readonly recording: object;
}

let moto: Place;
const accounts: Account[] = [];
const reports = new Map<string, Report>();

beforeAll(async () => {
  await build(['reporter']);
  moto = await startMoto();
  await createBucket(CENTRAL, client());
  // Account after account: the ids of what is created depend on nothing but the account.
  for (const number of ['123456789012', '222222222222', '333333333333']) {
    accounts.push(await createAccount(number));
  }
}, 60_000);

afterAll(async () => {
  await Promise.all(accounts.map(({ reporter }) => reporter.close()));
  await moto?.stop();
});

function client(credentials?: Credentials): S3Client {
  return new S3Client({
    ...connection(moto.endpoint),
    ...(credentials && { credentials }),
    forcePathStyle: true,
  });
}

async function createBucket(Bucket: string, s3: S3Client): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const };
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
}

/** The first account is moto's own, whose mails are received; the others are entered by a role. */
async function createAccount(number: string): Promise<Account> {
  const isFirst = number === '123456789012';
  const credentials = isFirst ? connection(moto.endpoint).credentials : await assumeRole(number);
  const s3 = client(credentials);
  const bucket = isFirst ? moto.bucket : `archive-${number}`;
  if (!isFirst) await createBucket(bucket, s3);
  const network = isFirst ? moto.network : await createNetwork(moto.endpoint, credentials);
  const [gateway] = network.NatGateways ?? [];
  const topicArn = isFirst ? moto.topicArn : await createTopicAndTable(credentials);
  const interfaceId = gateway?.NatGatewayAddresses?.[0]?.NetworkInterfaceId ?? '';
  const gatewayId = gateway?.NatGatewayId ?? '';
  const lines = LINES.map((line) => line.replaceAll(INTERFACE, interfaceId));
  // Each account has another part of the story.
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: 'flows/2026/11/22/10/s-1-2026-11-22-10-16-01-0a1b.log.gz',
      Body: gzipSync(`${lines.slice(0, 1000 + 400 * accounts.length).join('\n')}\n`),
    }),
  );
  const id = `${gatewayId}-20261122T101430Z-1`;
  const times = { spikeAt: START * 1000, startedAt: START * 1000, endedAt: (START + 900) * 1000 };
  const reporterTo = (central: string) =>
    reporterOf(credentials, {
      ...{ NATFLOW_ARCHIVE: bucket, NATFLOW_TOPIC_ARN: topicArn, NATFLOW_CENTRAL_BUCKET: central },
      NATFLOW_MONTHLY_REPORT_OF: isFirst ? `${CENTRAL}/natflow` : '',
    });
  return {
    ...{ number, bucket, id, s3, reporterTo },
    recording: { id, gatewayId, gatewayName: `egress-${number}`, ...times },
    reporter: reporterTo(`${CENTRAL}/natflow`),
  };
}

async function createTopicAndTable(credentials: Credentials): Promise<string> {
  const settings = { ...connection(moto.endpoint), credentials };
  await new DynamoDBClient(settings).send(
    new CreateTableCommand({
      TableName: STATE_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  const topic = new CreateTopicCommand({ Name: 'natflow' });
  return (await new SNSClient(settings).send(topic)).TopicArn ?? '';
}

/** Credentials of another account, which moto gives for any role. */
async function assumeRole(account: string): Promise<Credentials> {
  const parameters = { RoleArn: `arn:aws:iam::${account}:role/any`, RoleSessionName: 'test' };
  const response = await fetch(moto.endpoint, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20261122/eu-west-1/sts/aws4_request',
    },
    body: new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', ...parameters }),
  });
  const answer = await response.text();
  const part = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(answer)?.[1] ?? '';
  return {
    accessKeyId: part('AccessKeyId'),
    secretAccessKey: part('SecretAccessKey'),
    sessionToken: part('SessionToken'),
  };
}

function reporterOf(
  { accessKeyId, secretAccessKey, sessionToken = '' }: Credentials,
  settings: Readonly<Record<string, string>>,
): LambdaFunction {
  return new LambdaFunction({
    bundle: join(import.meta.dirname, '../../dist/reporter'),
    name: 'natflow-reporter',
    ...{ clock: () => NOW, timeoutMs: 30_000 },
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      NATFLOW_STACK: 'natflow',
      NATFLOW_TABLE: STATE_TABLE,
      ...settings,
    },
  });
}

const read = async (s3: S3Client, Bucket: string, Key: string) =>
  await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

const sumOf = (of: (report: Report) => number) =>
  [...reports.values()].reduce((sum, report) => sum + of(report), 0);

function expectSums(month: MonthReport | undefined): void {
  expect(month).toMatchObject({ month: '2026-11', accounts: 3, counted: 3 });
  expect(month?.bytes).toBe(sumOf(({ totals }) => Number(totals.forwarded.bytes)));
  expect(month?.dollars).toBeCloseTo(
    sumOf(({ cost }) => cost.total ?? 0),
    9,
  );
  expect(month?.savings).toBeCloseTo(
    sumOf(({ cost }) => cost.avoidable),
    9,
  );
  expect(month?.natflow.delivery).toBeCloseTo(
    sumOf(({ cost }) => cost.recording),
    9,
  );
  for (const { account, bytes } of month?.gateways ?? []) {
    expect(bytes).toBe(Number(reports.get(account)?.totals.forwarded.bytes));
  }
  for (const { account, address, bytes } of month?.sources.rows ?? []) {
    const row = reports.get(account)?.sources.rows.find((each) => each.address === address);
    expect([address, bytes]).toEqual([address, row?.bytes]);
  }
}

test('each account writes the same summary to its archive and to the central bucket', async () => {
  for (const { number, id, bucket, s3, reporter, recording } of accounts) {
    await reporter.call({ command: 'report', recording });
    reports.set(number, readReport((await read(s3, bucket, `reports/${id}/report.json`)) ?? ''));
    const key = `recordings/year=2026/month=11/account=${number}/region=eu-west-1/${id}.json`;
    const own = await read(s3, bucket, key);
    expect(JSON.parse(own ?? '')).toMatchObject({ schema: 1, id, account: number });
    expect(await read(client(), CENTRAL, `natflow/${key}`)).toBe(own);
  }
  const bytes = [...reports.values()].map(({ totals }) => totals.forwarded.bytes);
  expect(new Set(bytes).size).toBe(3);
});

test('one command sums the three accounts up as their reports do, and so does one mail', async () => {
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: moto.endpoint, AWS_REGION: 'eu-west-1' },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  });
  const from = ['--month', '2026-11', '--from', `s3://${CENTRAL}/natflow`];
  const { stdout, stderr, code } = await natflow('recordings', ...from, '--json');
  expect([code, stderr]).toEqual([0, '']);
  const { recordings, month } = JSON.parse(stdout);
  expect(recordings).toHaveLength(3);
  expectSums(month);

  const [first] = accounts;
  const mailsBefore = (await moto.subjects()).length;
  const ask = async () => readReporterAnswer(await first?.reporter.call({ command: 'month' }));
  const answer = await ask();
  expect(answer.mailed).toBe(true);
  expectSums(answer.month);
  expect((await moto.subjects()).slice(mailsBefore)).toEqual([
    expect.stringMatching(/^(at least )?\$[\d.]+ .* of \$[\d.]+ in 2026-11, 3 recordings$/),
  ]);
  const archived = await read(client(), moto.bucket, 'reports/month/2026-11.json');
  expectSums(JSON.parse(archived ?? ''));
  expect((await ask()).mailed).toBe(false);
  expect(await moto.subjects()).toHaveLength(mailsBefore + 1);
});

test('a stack without MonthlyReportOf sums up its own recordings', async () => {
  const [, second] = accounts;
  const answer = await second?.reporter.call({ command: 'list', month: '2026-11' });
  const { recordings = [], month } = readReporterAnswer(answer);
  const own = reports.get(second?.number ?? '');
  expect(recordings).toHaveLength(1);
  expect(month).toMatchObject({ accounts: 1, bytes: Number(own?.totals.forwarded.bytes) });
});

test('a summary that the central bucket did not take is written later, and a recording without a report is one', async () => {
  const [, , third] = accounts;
  if (third === undefined) throw new Error('there is no third account');
  const reporter = third.reporterTo('late');
  const id = third.id.replace('101430Z-1', '111430Z-2');
  const lost = { ...third.recording, id, gatewayId: 'nat-0123456789abcdef0' };
  await expect(reporter.call({ command: 'report', recording: lost })).rejects.toThrow(/nat-0123/);
  await expect(reporter.call({ command: 'share' })).rejects.toThrow(/late/);
  await createBucket('late', client());
  expect(await reporter.call({ command: 'share' })).toEqual({});
  const key = `recordings/year=2026/month=11/account=${third.number}/region=eu-west-1/${id}.json`;
  expect(JSON.parse((await read(client(), 'late', key)) ?? '')).toMatchObject({ id, report: null });
  const { month } = readReporterAnswer(await reporter.call({ command: 'list', month: '2026-11' }));
  expect(month?.missing.withoutReport).toEqual([id]);
  await reporter.close();
});

test('what cannot be read, and what is newer, is said, and a bucket without a summary is an error', async () => {
  const folder = 'natflow/recordings/year=2026/month=11/';
  const put = async (name: string, Body: string) =>
    await client().send(new PutObjectCommand({ Bucket: CENTRAL, Key: `${folder}${name}`, Body }));
  await put('torn.json', '{"schema":1,');
  await put('newer.json', '{"schema":2,"who":"knows"}');
  const { stdout, code } = await natflow(
    ...['recordings', '--month', '2026-11', '--from', `s3://${CENTRAL}/natflow`],
  );
  expect(code).toBe(1);
  expect(stdout).toContain(`Could not be read: s3://${CENTRAL}/${folder}torn.json: `);
  expect(stdout).toContain('1 summary of a newer release of natflow not read');
  const empty = await natflow('recordings', '--month', '2026-11', '--from', `s3://${CENTRAL}/none`);
  expect([empty.code, empty.stderr]).toEqual([
    1,
    `natflow: no summary of a recording is below s3://${CENTRAL}/none/recordings/\n`,
  ]);
});
