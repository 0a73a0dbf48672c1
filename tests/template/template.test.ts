import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildChanged } from '../../infra/build-changed.ts';
import { ROOT } from '../../infra/root.ts';
import stars from '../../infra/star-resources.json' with { type: 'json' };
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { expandedTemplate, readTemplate, walk } from './cloudformation.ts';
import { statements } from './policies.ts';
import { schemaFaults } from './schema.ts';

const main = expandedTemplate();
const macro = readTemplate('infra/macro.yaml');
const cards = readTemplate('infra/cards.yaml');
/** The fields of a recording as SQL can name them. */
const COLUMNS = RECORDING_FORMAT.map((field) => field.replaceAll('-', '_'));
const all = [...statements(main), ...statements(macro), ...statements(cards)];
const allowed = all.filter(({ effect }) => effect === 'Allow');

test.each([
  ['template.yaml', main],
  ['infra/macro.yaml', macro],
  ['infra/cards.yaml', cards],
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

test('no managed policy is attached', () => {
  const texts = [...walk([main, macro])].map(([path, value]) => [path.at(-1), value]);
  expect(texts.filter(([key]) => key === 'ManagedPolicyArns')).toEqual([]);
  const named = texts.filter(([key]) => key !== 'AllowedPattern');
  expect(named.filter(([, value]) => /FullAccess|:policy\//.test(String(value)))).toEqual([]);
});

test('every action that is allowed on all resources has a reason in the list, and every reason is needed', () => {
  const onAll = allowed.filter(({ resources }) => resources.includes('*'));
  const actions = new Set(onAll.flatMap((each) => each.actions));
  expect([...actions].sort()).toEqual(Object.keys(stars).sort());
  const ofKey = onAll.filter(({ actions: [first = ''] }) => first.startsWith('kms:'));
  expect(ofKey.every(({ path }) => path.endsWith('KeyPolicy.Statement'))).toBe(true);
});

test('no role is allowed all actions of a service', () => {
  const ofRoles = allowed.filter(({ principal }) => principal === undefined);
  expect(
    ofRoles.flatMap(({ actions }) => actions).filter((action) => action.includes('*')),
  ).toEqual([]);
});

test("flow logs can be deleted only with this stack's tag", () => {
  const deleting = allowed.filter(({ actions }) => actions.includes('ec2:DeleteFlowLogs'));
  expect(deleting.map(({ conditions }) => conditions)).toEqual([
    [{ 'aws:ResourceTag/natflow:stack': { Ref: 'AWS::StackName' } }],
  ]);
});

test('a forwarder in a VPC, and no other, is woken daily and by the controller, with what it answers at once', () => {
  const { ForwarderWake, ForwarderWakePolicy, ControllerFunction } = main.Resources;
  const arn = { 'Fn::GetAtt': ['ForwarderFunction', 'Arn'] };
  expect(ForwarderWake).toMatchObject({
    Condition: 'InVpc',
    Properties: {
      ScheduleExpression: 'rate(1 day)',
      Target: { Arn: arn, Input: '{"records":[]}' },
    },
  });
  expect(ForwarderWakePolicy).toMatchObject({ Condition: 'InVpc' });
  const variables = [...walk(ControllerFunction)].find(
    ([path]) => path.at(-1) === 'Variables',
  )?.[1];
  expect(variables).toMatchObject({ NATFLOW_FORWARDER_ARN: { 'Fn::If': ['InVpc', arn, ''] } });
});

test('each role can be passed only by name and only to its service', () => {
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

test('a role can be assumed by one service only, and not on behalf of another account', () => {
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

test('the forwarder has egress to the collectors by UDP and to AWS by HTTPS only', () => {
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

test('every function is a bundle of the build', async () => {
  const functions = [main, macro]
    .flatMap((template) => Object.values(template.Resources))
    .filter(({ Type }) => Type === 'AWS::Serverless::Function')
    .map(({ Properties = {} }) => String(Properties['CodeUri']).replace(/^(\.\.\/)?dist\//, ''));
  // The forwarder's bundle is that of the continuous sources as well.
  const bundles = ['controller', 'forwarder', 'forwarder', 'macro', 'replayer', 'reporter'];
  expect(functions.sort()).toEqual(bundles);
  await buildChanged([...new Set(functions)]);
  for (const name of functions)
    expect(existsSync(join(ROOT, 'dist', name, 'handler.mjs'))).toBe(true);
}, 60_000);

test('all settings of functions are read, and all metrics on the dashboard and in alarms are written', () => {
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
  const used = COLUMNS.slice(0, COLUMNS.indexOf('flow_direction') + 1);
  expect(names.trim().split(/,\s+/)).toEqual([...used, 'others']);
  expect(stars.split(' ')).toHaveLength(used.length + 1);
});

test('macro, rule and controller agree on the names of alarms and their events', () => {
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

test('no resource has a fixed name, so that two stacks can exist side by side', () => {
  const names = [...walk(main.Resources)].filter(
    ([path, value]) =>
      path.length === 3 && /^(\w+Name|Name)$/.test(path.at(-1) ?? '') && typeof value === 'string',
  );
  // Names within the stack's own resources: policies in roles, a stream in a log group, queries in a workgroup.
  const inner =
    /^(SchedulerPolicy|ForwarderPolicy|ForwarderWakePolicy|(Continuous)?StreamLogStream|\w+Query|Topic)\.|\.MetricName$/;
  expect(names.map(([path]) => path.join('.')).filter((path) => !inner.test(path))).toEqual([]);
});

test('the dashboard is JSON without placeholders of the macro', () => {
  const { DashboardBody } = main.Resources['Dashboard']?.Properties ?? {};
  const {
    'Fn::Sub': [body],
  } = DashboardBody as { 'Fn::Sub': [string] };
  const { widgets } = JSON.parse(body);
  expect(widgets.map(({ type }: { type: string }) => type)).not.toContain('natflow-gateways');
  expect(widgets.length).toBeGreaterThan(8);
});

test('resources with names that AWS generates or shortens are referenced, not named', () => {
  const resourcesOf = (path: string, action: string) =>
    all.filter((each) => each.path.startsWith(path) && each.actions.includes(action));
  const [letters] = resourcesOf('DeadLettersPolicy.', 'sqs:SendMessage');
  expect(JSON.stringify(letters?.conditions)).not.toContain('rule/');
  const [logGroup] = [...walk(main.Resources['ControllerFunction'])].filter(
    ([path]) => path.at(-1) === 'NATFLOW_LOG_GROUP_ARN',
  );
  // With the :* of GetAtt, EC2 accepts the log group but delivers nothing to it.
  expect(JSON.stringify(logGroup?.[1])).toContain(':log-group:${InsightsLogs}"');
});

test('the name of the dashboard contains the region, because dashboards are global', () => {
  const { DashboardName } = main.Resources['Dashboard']?.Properties ?? {};
  expect(JSON.stringify(DashboardName)).toContain('AWS::Region');
});

test('a role that reads a bucket may list it, because S3 would deny missing objects otherwise', () => {
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
