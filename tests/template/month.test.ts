import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../infra/root.ts';
import { summaryKey } from '../../shared/contract/recording-summary.ts';
import { readReporterCommand } from '../../shared/contract/reporter.ts';
import { hiveType, summaryOfStory } from '../support/summaries.ts';
import { readTemplate, walk } from './cloudformation.ts';
import { statements } from './policies.ts';

const template = readTemplate('template.yaml');
const resources = template.Resources;

test('the schedules of months and of the central bucket are requests that the reporter takes', () => {
  const inputOf = (name: string) => {
    const target = [...walk(resources[name])].find(([path]) => path.at(-1) === 'Input');
    return readReporterCommand(JSON.parse(String(target?.[1])));
  };
  expect(inputOf('MonthSchedule')).toEqual({ command: 'month' });
  expect(inputOf('ShareSchedule')).toEqual({ command: 'share' });
  expect(resources['MonthSchedule']?.Properties).toMatchObject({
    ScheduleExpression: 'cron(0 8 1 * ? *)',
    ScheduleExpressionTimezone: 'UTC',
  });
});

test('the table of recordings has the members of a summary, in columns that Athena can name', () => {
  const columns = [...walk(resources['RecordingTable'])].find(
    ([path]) => path.at(-1) === 'Columns',
  )?.[1] as { Name: string; Type: unknown }[];
  const typed = columns.map(({ Name, Type }) => [Name, textOf(Type)]);
  const expected = Object.entries(summaryOfStory());
  expect(typed.map(([name]) => name)).toEqual(expected.map(([name]) => name));
  for (const [index, [name = '', value]] of expected.entries()) {
    const [, type = ''] = typed[index] ?? [];
    expect([name, typesOf(type)]).toEqual([name, typesOf(hiveType(value))]);
  }
  const names = [...walk(summaryOfStory())].flatMap(([path]) => path.at(-1) ?? []);
  expect(names.filter((name) => /[^a-z0-9]/.test(name))).toEqual([]);
});

/** A type without what tells numbers apart: the example's null may be of any type. */
function typesOf(type: string): string {
  return type.replace(/\b(bigint|int|double)\b/g, 'number');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [text = '', parts = {}] = (value as { 'Fn::Sub': [string, Record<string, string>] })[
    'Fn::Sub'
  ];
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => parts[name] ?? '');
}

test('each object of the archive is kept by one rule, and summaries longer than lines', () => {
  const rules = [...walk(resources['Archive'])].find(
    ([path]) => path.slice(-2).join('.') === 'LifecycleConfiguration.Rules',
  )?.[1];
  const daysOf = (key: string) =>
    (rules as Rule[])
      .filter(({ Prefix, ExpirationInDays }) => ExpirationInDays && key.startsWith(Prefix ?? ''))
      .map(({ ExpirationInDays }) => JSON.stringify(ExpirationInDays));
  const lines = [JSON.stringify({ Ref: 'FlowLogRetentionDays' })];
  const sums = [JSON.stringify({ Ref: 'SummaryRetentionDays' })];
  for (const key of ['flows/a', 'errors/a', 'continuous/a', 'names/a', 'queries/a', 'dns/a']) {
    expect([key, daysOf(key)]).toEqual([key, lines]);
  }
  expect(daysOf('reports/nat-0123456789abcdef0-20261122T101430Z-1/report.json')).toEqual(lines);
  expect(daysOf(KEY)).toEqual(sums);
  expect(daysOf('reports/month/2026-11.json')).toEqual(sums);
});

interface Rule {
  readonly Prefix?: string;
  readonly ExpirationInDays?: unknown;
}

const ACCOUNT = '111111111111';
/** As the documented command makes the policy. */
const [COMMAND = '', ORGANIZATION = ''] =
  /sed 's\/BUCKET\/[\w-]+\/g; s\/ORGANIZATION\/([\w-]+)\/' \S+\.json/.exec(
    readFileSync(join(ROOT, 'docs/month.md'), 'utf8'),
  ) ?? [];
const POLICY = execFileSync('sh', ['-c', COMMAND], { cwd: ROOT, encoding: 'utf8' });
const [BUCKET = ''] = /(?<=s3:::)[\w-]+/.exec(POLICY) ?? [];
const KEY = summaryKey({
  ...{ id: 'nat-0123456789abcdef0-20261122T101430Z-1', month: '2026-11' },
  ...{ account: ACCOUNT, region: 'eu-west-1' },
});

interface Request {
  readonly action: string;
  readonly key: string;
  readonly context: Readonly<Record<string, string>>;
}

const WRITE: Request = {
  action: 's3:PutObject',
  key: KEY,
  context: {
    'aws:PrincipalAccount': ACCOUNT,
    'aws:PrincipalOrgID': ORGANIZATION,
    'aws:SecureTransport': 'true',
    's3:x-amz-acl': 'bucket-owner-full-control',
  },
};

test('the documented policy of a central bucket lets each account of the organisation write its own folder, and no more', () => {
  const { context } = WRITE;
  expect(isAllowed(WRITE)).toBe(true);
  expect(isAllowed({ ...WRITE, action: 's3:PutObjectAcl' })).toBe(true);
  const refused: Record<string, Request> = {
    'the folder of another account': { ...WRITE, key: KEY.replace(ACCOUNT, '222222222222') },
    'another folder': { ...WRITE, key: KEY.replace('recordings/', 'logs/') },
    reading: { ...WRITE, action: 's3:GetObject' },
    deleting: { ...WRITE, action: 's3:DeleteObject' },
    'another organisation': { ...WRITE, context: { ...context, 'aws:PrincipalOrgID': 'o-other' } },
    'no organisation': { ...WRITE, context: { ...context, 'aws:PrincipalOrgID': '' } },
    'an object of its own': { ...WRITE, context: { ...context, 's3:x-amz-acl': '' } },
    'a public object': { ...WRITE, context: { ...context, 's3:x-amz-acl': 'public-read' } },
    'no TLS': { ...WRITE, context: { ...context, 'aws:SecureTransport': 'false' } },
  };
  const allowed = Object.entries(refused).filter(([, request]) => isAllowed(request));
  expect(allowed.map(([what]) => what)).toEqual([]);
});

test('the role of the reporter may write its own account and region in the central bucket, and no more', () => {
  const share = statements(template).filter(
    ({ path, resources: arns }) =>
      path.startsWith('ReporterRole.') && JSON.stringify(arns).includes('CentralBucket'),
  );
  expect(share.map(({ actions }) => actions)).toEqual([['s3:PutObject', 's3:PutObjectAcl']]);
  const [, written] =
    [...walk(share[0]?.resources)].find(([path]) => path.at(-1) === 'Fn::Sub') ?? [];
  const pattern = String(written)
    .replace('${AWS::Partition}', 'aws')
    .replace('${CentralBucket}', 'bucket/prefix')
    .replace('${AWS::AccountId}', ACCOUNT)
    .replace('${AWS::Region}', 'eu-west-1');
  expect(isLike(pattern, `arn:aws:s3:::bucket/prefix/${KEY}`)).toBe(true);
  expect(isLike(pattern, `arn:aws:s3:::bucket/${KEY}`)).toBe(false);
  expect(isLike(pattern, `arn:aws:s3:::bucket/prefix/${KEY.replace('eu-west', 'us-east')}`)).toBe(
    false,
  );
});

interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Evaluates the policy: a statement applies when action, resource and all conditions match; Deny comes first. */
function isAllowed({ action, key, context }: Request): boolean {
  const account = context['aws:PrincipalAccount'] ?? '';
  const text = POLICY.replaceAll('${aws:PrincipalAccount}', account);
  const { Statement } = JSON.parse(text) as { Statement: PolicyStatement[] };
  const effects = Statement.filter(
    ({ Action, Resource, Condition }) =>
      [Action].flat().some((each) => isLike(each, action)) &&
      [Resource].flat().some((each) => isLike(each, `arn:aws:s3:::${BUCKET}/${key}`)) &&
      Object.values(Condition)
        .flatMap(Object.entries)
        .every(([name, value]) => context[name] === value),
  ).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function isLike(pattern: string, text: string): boolean {
  const expression = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${expression}$`).test(text);
}
