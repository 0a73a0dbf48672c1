import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { doctorCommand } from '../../services/cli/doctor.ts';
import { RunError } from '../../services/cli/errors.ts';
import { FakeAws } from '../../services/local-aws/fake-aws.ts';
import { FolderBucket } from '../../services/local-aws/folder-bucket.ts';
import { readControllerAnswer } from '../../shared/contract/controller.ts';
import type { Finding } from '../../shared/contract/doctor.ts';
import { openFolder } from '../support/folder.ts';
import { typedCommand } from '../support/typed-command.ts';
import { controllerEnvironment, GATEWAY, LocalStack } from './local-stack.ts';
import { PLANTED } from './planted.ts';
import { PLANTED_ON_THE_WAY } from './planted-delivery.ts';

const { typed, printed } = typedCommand(doctorCommand);
const folder = openFolder();
const environment = { ...process.env };
let aws: FakeAws;
let stack: LocalStack;

beforeAll(async () => {
  aws = await FakeAws.start();
  Object.assign(process.env, controllerEnvironment(aws.endpoint));
});
beforeEach(() => {
  stack = new LocalStack(aws, folder.path);
});
afterAll(() => {
  aws.stop();
  process.env = environment;
});

/** What doctor prints as JSON, and the error that it ends with. */
async function doctor(): Promise<{ findings: Finding[]; error: unknown }> {
  const answer = readControllerAnswer(JSON.parse(JSON.stringify(await stack.doctor())));
  const error = await typed('doctor --json', answer).then(
    () => undefined,
    (caught) => caught,
  );
  return { findings: JSON.parse(printed()), error };
}

test('a sound stack has a line for each check, and nothing wrong', async () => {
  const { findings, error } = await doctor();
  expect(error).toBeUndefined();
  expect(findings.map(({ status, check, remedy }) => [status, check, remedy])).toEqual(
    [
      ...[
        'gateways',
        'metrics',
        'service role',
        'table',
        'orphans',
        'deliveries',
        'macro',
        'budget',
        'stream',
      ],
      ...['throughput', 'archive', 'forwarder', 'collectors', 'collectors', 'subscription'],
    ].map((check) => ['ok', check, undefined]),
  );
});

test('of a stack without NAT gateways it is said that its continuous sources are all there is', async () => {
  stack.exportAllTheTime('vpc-0a', 'tgw-0b');
  stack.aws.alarms.clear();
  const { findings, error } = await doctor();
  expect(error).toBeUndefined();
  expect(findings.find(({ check }) => check === 'gateways')?.text).toBe(
    'no NAT gateway is watched: the stack exports its ContinuousSources alone',
  );
  const continuous = findings.filter(({ check }) => check === 'continuous');
  expect(continuous.map(({ text }) => text)).toEqual([
    '2 sources with a flow log, and no failed delivery that AWS reports',
    'natflow-continuous is active and has the tag LogDeliveryEnabled=true',
    expect.stringMatching(/^nothing was throttled/),
  ]);
});

test('a check of a stack changes nothing', async () => {
  await doctor();
  expect([...stack.aws.ec2.flowLogs]).toEqual([]);
  expect(stack.aws.mails).toEqual([]);
  const again = await doctor();
  expect(again.error).toBeUndefined();
});

test('a stack with DnsNames expects query logs in its archive', async () => {
  const queryLogs = async () => {
    const { findings, error } = await doctor();
    expect(error).toBeUndefined();
    return findings.filter(({ check }) => check === 'query logs');
  };
  expect(await queryLogs()).toEqual([]);
  stack.environment['NATFLOW_DNS_NAMES'] = 'true';
  expect(await queryLogs()).toEqual([
    {
      check: 'query logs',
      status: 'unknown',
      text: expect.stringMatching(/^no query log is in s3:.*\/dns\//),
      remedy: 'aws route53resolver list-resolver-query-log-config-associations --region eu-west-1',
    },
  ]);
  mkdirSync(join(folder.path, 'dns'));
  folder.write('dns/1.log.gz', 'x');
  expect(await queryLogs()).toMatchObject([{ status: 'ok' }]);
});

test('of CentralBucket it is said where it is, what waits for it, and what cannot be seen', async () => {
  const check = async () => {
    const { findings, error } = await doctor();
    expect(error).toBeUndefined();
    return findings.filter(({ check }) => check === 'summaries');
  };
  expect(await check()).toEqual([]);
  stack.aws.buckets.set('central', new FolderBucket(folder.path));
  stack.environment['NATFLOW_CENTRAL_BUCKET'] = 'central/of/natflow';
  const unseen = "the reporter's role, and the bucket's policy and key, are not looked at";
  expect(await check()).toEqual([
    {
      ...{ check: 'summaries', status: 'unknown' },
      text: `s3://central/of/natflow is in eu-west-1, and the first report will show whether the reporter may write there: ${unseen}`,
      remedy: 'aws s3api get-bucket-policy --bucket central --region eu-west-1',
    },
  ]);
  await stack.putInOutbox('a', 'b');
  expect(await check()).toEqual([
    {
      ...{ check: 'summaries', status: 'unknown' },
      text: expect.stringContaining('lacks summaries that the outbox has (2): a report is being'),
      remedy: expect.stringMatching(
        /^echo '\{"command":"share"\}' \| .* natflow-reporter .*\/dev\/stdout$/,
      ),
    },
  ]);
  await stack.putInOutbox();
  expect(await check()).toEqual([
    {
      ...{ check: 'summaries', status: 'ok' },
      text: `s3://central/of/natflow is in eu-west-1, and no summary waits to be written to it; ${unseen}`,
    },
  ]);
});

test.each([...PLANTED, ...PLANTED_ON_THE_WAY])(
  '$fault is found, named, and has a remedy',
  async (planted) => {
    await planted.plant(stack);
    const { findings, error } = await doctor();
    const faults = findings.filter(({ status }) => status === 'wrong');
    expect(error).toBeInstanceOf(RunError);
    expect(new Set(faults.map(({ check }) => check))).toEqual(
      new Set([planted.check, ...(planted.also ?? [])]),
    );
    const found = faults.find(({ check }) => check === planted.check);
    expect(found?.text).toContain(planted.text);
    expect(found?.remedy?.slice(0, planted.remedy.length)).toBe(planted.remedy);
  },
);

test.each<[string, (stack: LocalStack) => unknown, string, RegExp, string]>([
  [
    'no traffic',
    ({ aws }) => aws.metered.splice(0, 1),
    'metrics',
    /nothing was metered of nat-0a\w+ in the last two weeks, so it is not known whether/,
    'aws cloudwatch list-metrics',
  ],
  [
    'a new account',
    ({ aws }) => aws.deployment.roles.clear(),
    'service role',
    /AWSServiceRoleForLogDelivery does not exist: AWS creates it/,
    'aws iam create-service-linked-role --aws-service-name delivery.logs.amazonaws.com',
  ],
  [
    'a gateway that is being created',
    ({ aws }) => aws.ec2.gateways.set(GATEWAY, { interfaces: [], state: 'pending' }),
    'gateways',
    /is pending and cannot be recorded yet/,
    'aws ec2 describe-nat-gateways --nat-gateway-ids nat-0a1b2c3d4e5f60718',
  ],
])('%s is no fault, and is said', async (_, change, check, text, remedy) => {
  await change(stack);
  const { findings, error } = await doctor();
  expect(error).toBeUndefined();
  expect(findings.filter(({ status }) => status === 'unknown')).toEqual([
    {
      check,
      status: 'unknown',
      text: expect.stringMatching(text),
      remedy: expect.stringContaining(remedy),
    },
  ]);
});

test('the limit of the stream is the one that was metered, or else the documented one', async () => {
  const limit = async () => (await doctor()).findings.find(({ check }) => check === 'throughput');
  const documented = "Firehose's documented default here is 5.0 MiB a second, about 24400 lines";
  expect((await limit())?.text).toContain(documented);
  stack.aws.deployment.streamMetrics.set('BytesPerSecondLimit', 10 * 2 ** 20);
  expect((await limit())?.text).toContain('the limit is 10.0 MiB a second, about 48900 lines');
});
