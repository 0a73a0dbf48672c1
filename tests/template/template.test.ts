import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';
import stars from '../../infra/star-resources.json' with { type: 'json' };
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { expandedTemplate, readTemplate, walk } from './cloudformation.ts';
import { statements } from './policies.ts';
import { schemaFaults } from './schema.ts';

const ROOT = join(import.meta.dirname, '../..');
const main = expandedTemplate();
const macro = readTemplate('infra/macro.yaml');
/** The fields of a recording as SQL can name them. */
const COLUMNS = RECORDING_FORMAT.map((field) => field.replaceAll('-', '_'));
const all = [...statements(main), ...statements(macro)];
const allowed = all.filter(({ effect }) => effect === 'Allow');

test.each([
  ['template.yaml', main],
  ['infra/macro.yaml', macro],
])('%s has only properties that CloudFormation knows', (_, template) => {
  const faults = Object.entries(template.Resources).flatMap(([id, each]) => schemaFaults(id, each));
  expect(faults).toEqual([]);
});

test.each([
  ['an unknown type', { Type: 'AWS::SQS::Cue' }, /there is no type AWS::SQS::Cue/],
  [
    'an unknown property',
    { Type: 'AWS::SQS::Queue', Properties: { Size: 1 } },
    /Size: there is no/,
  ],
  [
    'a missing property',
    { Type: 'AWS::Logs::LogStream', Properties: {} },
    /LogGroupName: is requi/,
  ],
  [
    'an unknown inner property',
    { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Id: 'a', Arn: 'b', Url: 'c' }] } },
    /Targets\[0\].Url: there is no/,
  ],
])('the schema check finds %s', (_, resource, fault) => {
  expect(schemaFaults('X', resource)).toEqual([expect.stringMatching(fault)]);
});

test('no managed policy is attached, let alone a FullAccess one', () => {
  const texts = [...walk([main, macro])].map(([path, value]) => [path.at(-1), value]);
  expect(texts.filter(([key]) => key === 'ManagedPolicyArns')).toEqual([]);
  const named = texts.filter(([key]) => key !== 'AllowedPattern');
  expect(named.filter(([, value]) => /FullAccess|:policy\//.test(String(value)))).toEqual([]);
});

test('no action is allowed on every resource without a reason in the list, and no reason is left over', () => {
  const onAll = allowed.filter(({ resources }) => resources.includes('*'));
  const actions = new Set(onAll.flatMap((each) => each.actions));
  expect([...actions].sort()).toEqual(Object.keys(stars).sort());
  const ofKey = onAll.filter(({ actions: [first = ''] }) => first.startsWith('kms:'));
  expect(ofKey.every(({ path }) => path.endsWith('KeyPolicy.Statement'))).toBe(true);
});

test('no role may do everything a service knows', () => {
  const ofRoles = allowed.filter(({ principal }) => principal === undefined);
  expect(
    ofRoles.flatMap(({ actions }) => actions).filter((action) => action.includes('*')),
  ).toEqual([]);
});

test('flow logs can be deleted only when they carry the tag of this very stack', () => {
  const deleting = allowed.filter(({ actions }) => actions.includes('ec2:DeleteFlowLogs'));
  expect(deleting.map(({ conditions }) => conditions)).toEqual([
    [{ 'aws:ResourceTag/natflow:stack': { Ref: 'AWS::StackName' } }],
  ]);
});

test('roles are passed by name, and only to the service they are for', () => {
  const passing = allowed.filter(({ actions }) => actions.includes('iam:PassRole'));
  expect(passing.map(({ resources, conditions }) => [resources, conditions])).toEqual([
    [
      [{ 'Fn::GetAtt': ['InsightsRole', 'Arn'] }],
      [{ 'iam:PassedToService': 'vpc-flow-logs.amazonaws.com' }],
    ],
    [
      [{ 'Fn::GetAtt': ['SchedulerRole', 'Arn'] }],
      [{ 'iam:PassedToService': 'scheduler.amazonaws.com' }],
    ],
  ]);
});

test('a role is assumed by one service, and by none for another account', () => {
  const trusted = allowed.filter(({ actions }) => actions.includes('sts:AssumeRole'));
  for (const { principal, conditions } of trusted) {
    const { Service } = principal as { Service: string };
    if (Service === 'lambda.amazonaws.com') continue;
    expect([Service, conditions]).toEqual([
      Service,
      [{ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }],
    ]);
  }
  expect(trusted.length).toBeGreaterThan(4);
});

test('the forwarder gets out to the collectors by UDP, to AWS by HTTPS, and nowhere else', () => {
  const { SecurityGroupEgress: egress } =
    main.Resources['ForwarderSecurityGroup']?.Properties ?? {};
  const ways = (egress as Record<string, unknown>[]).map(
    ({ IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6 }) =>
      `${IpProtocol} ${FromPort}-${ToPort} ${CidrIp ?? CidrIpv6}`,
  );
  expect(ways).toEqual([
    'tcp 443-443 0.0.0.0/0',
    'udp 2055-2055 10.0.9.9/32',
    'udp 9995-9995 0.0.0.0/0',
    'udp 9995-9995 ::/0',
  ]);
});

test('every function is a service that the build bundles', async () => {
  const functions = [main, macro]
    .flatMap((template) => Object.values(template.Resources))
    .filter(({ Type }) => Type === 'AWS::Serverless::Function')
    .map(({ Properties = {} }) => String(Properties['CodeUri']).replace(/^(\.\.\/)?dist\//, ''));
  expect(functions.sort()).toEqual(['controller', 'forwarder', 'macro', 'replayer', 'reporter']);
  await buildChanged(functions);
  for (const name of functions)
    expect(existsSync(join(ROOT, 'dist', name, 'handler.mjs'))).toBe(true);
}, 60_000);

test('the settings that functions are given are read, and the metrics that are shown are written', () => {
  const source = globSync('{services,shared}/**/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts'] })
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
  const template = readFileSync(join(ROOT, 'template.yaml'), 'utf8');
  const settings = new Set(template.match(/\bNATFLOW_\w+/g));
  const metrics = new Set([
    ...[...template.matchAll(/\["NatFlow", "(\w+)"/g)].map(([, name]) => name),
    ...[...template.matchAll(/Namespace: NatFlow\n +MetricName: (\w+)/g)].map(([, name]) => name),
  ]);
  expect(
    [...settings, ...metrics].filter((name) => !new RegExp(`\\b${name}\\b`).test(source)),
  ).toEqual([]);
});

test('the Athena table and the Logs Insights queries have the fields of a recording in their order', () => {
  const { FlowTable } = main.Resources;
  const columns = [...walk(FlowTable)].find(([path]) => path.at(-1) === 'Columns')?.[1];
  expect((columns as { Name: string }[]).map(({ Name }) => Name)).toEqual(COLUMNS);
  const { Query } = main['Mappings'] as { Query: { LogsInsights: { Fields: string } } };
  const [, stars = '', names = ''] = /"([* ]+)" as (.*)$/s.exec(Query.LogsInsights.Fields) ?? [];
  expect(names.trim().split(/,\s+/)).toEqual(COLUMNS);
  expect(stars.split(' ')).toHaveLength(COLUMNS.length);
});

test('what the alarms and their events are called is agreed between macro, rule and controller', () => {
  const names = Object.values(main.Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties = {} }) => (Properties['AlarmName'] as { 'Fn::Sub': string })['Fn::Sub']);
  expect(names.filter((name) => name.includes('-nat-'))).toEqual([
    '${AWS::StackName}-nat-0aaaaaaaaaaaaaaa1',
    '${AWS::StackName}-nat-0bbbbbbbbbbbbbbb2',
  ]);
  const prefix = [...walk(main.Resources['ControllerFunction'])].find(
    ([path]) => path.at(-1) === 'prefix',
  );
  expect(JSON.stringify(prefix?.[1])).toContain(':alarm:${AWS::StackName}-nat-"');
});

test('nothing has a fixed name, so that two stacks can live side by side', () => {
  const names = [...walk(main.Resources)].filter(
    ([path, value]) =>
      path.length === 3 && /^(\w+Name|Name)$/.test(path.at(-1) ?? '') && typeof value === 'string',
  );
  // Names within what is the stack's own: policies in roles, a stream in a log group, queries in a workgroup.
  const inner = /^(SchedulerPolicy|ForwarderPolicy|StreamLogStream|\w+Query|Topic)\.|\.MetricName$/;
  expect(names.map(([path]) => path.join('.')).filter((path) => !inner.test(path))).toEqual([]);
});

test('the dashboard is JSON and keeps none of the places that the macro fills', () => {
  const { DashboardBody } = main.Resources['Dashboard']?.Properties ?? {};
  const {
    'Fn::Sub': [body],
  } = DashboardBody as { 'Fn::Sub': [string] };
  const { widgets } = JSON.parse(body);
  expect(widgets.map(({ type }: { type: string }) => type)).not.toContain('natflow-gateways');
  expect(widgets.length).toBeGreaterThan(8);
});

test('what is told by a name that AWS makes up, or shortens, is told by reference', () => {
  const resourcesOf = (path: string, action: string) =>
    all.filter((each) => each.path.startsWith(path) && each.actions.includes(action));
  const [letters] = resourcesOf('DeadLettersPolicy.', 'sqs:SendMessage');
  expect(JSON.stringify(letters?.conditions)).not.toContain('rule/');
  const [logGroup] = [...walk(main.Resources['ControllerFunction'])].filter(
    ([path]) => path.at(-1) === 'NATFLOW_LOG_GROUP_ARN',
  );
  // With the :* of GetAtt EC2 takes the group and then delivers nothing to it.
  expect(JSON.stringify(logGroup?.[1])).toContain(':log-group:${InsightsLogs}"');
});

test('a dashboard, which is of all regions, is named after its own', () => {
  const { DashboardName } = main.Resources['Dashboard']?.Properties ?? {};
  expect(JSON.stringify(DashboardName)).toContain('AWS::Region');
});

test('who reads a bucket may list it: what is not there would be forbidden otherwise', () => {
  const readers = allowed.filter(
    ({ actions, principal }) => actions.includes('s3:GetObject') && principal === undefined,
  );
  const listers = allowed.filter(({ actions }) => actions.includes('s3:ListBucket'));
  const roleOf = (path: string) => path.split('.')[0];
  expect(readers.length).toBeGreaterThan(2);
  for (const { path } of readers) {
    expect(listers.map((each) => roleOf(each.path))).toContain(roleOf(path));
  }
});
