import { expect, test } from '@jest/globals';
import policy from '../../infra/deployer-policy.json' with { type: 'json' };
import { BUCKET_PLACE, renderedPolicy } from '../../services/cli/render/deployer-policy.ts';
import { plainTemplate } from '../../services/cli/render/plain-template.ts';
import { expandedTemplate, readTemplate } from './cloudformation.ts';
import handlers from './handler-permissions.json' with { type: 'json' };

// handler-permissions.json has what the create, read, update and delete handlers of each type need, by AWS's resource
// provider schemas of us-east-1 in August 2026 (`aws cloudformation describe-type --type RESOURCE --type-name …`).

const ROOT = 'arn:aws';
const PLACE = 'eu-west-1:123456789012';
/** CloudFormation calls other services with the permissions of the person who deploys. */
const CALLED_VIA = { 'aws:CalledVia': 'cloudformation.amazonaws.com' };

/** A resource that CloudFormation makes for the stack `natflow`, by the service that an action belongs to. */
const MADE: Readonly<Record<string, string>> = {
  athena: `${ROOT}:athena:${PLACE}:workgroup/natflow`,
  cloudwatch: `${ROOT}:cloudwatch:${PLACE}:alarm:natflow-nat-0a1b2c3d4e5f60718`,
  dynamodb: `${ROOT}:dynamodb:${PLACE}:table/natflow-StateTable-1ABC`,
  ec2: `${ROOT}:ec2:${PLACE}:security-group/sg-0a1b`,
  events: `${ROOT}:events:${PLACE}:rule/natflow-ControllerFunctionAlarmState-1ABC`,
  firehose: `${ROOT}:firehose:${PLACE}:deliverystream/natflow-FlowStream-1ABC`,
  glue: `${ROOT}:glue:${PLACE}:database/natflow_0a1b2c3d`,
  iam: `${ROOT}:iam::123456789012:role/natflow-ControllerRole-1ABC`,
  kms: `${ROOT}:kms:${PLACE}:key/11111111-2222-3333-4444-555555555555`,
  lakeformation: '*',
  lambda: `${ROOT}:lambda:${PLACE}:function:natflow-controller`,
  logs: `${ROOT}:logs:${PLACE}:log-group:/natflow/natflow/controller`,
  route53resolver: `${ROOT}:route53resolver:${PLACE}:resolver-query-log-config/rqlc-1abc`,
  s3: `${ROOT}:s3:::natflow-archive-1abc`,
  scheduler: `${ROOT}:scheduler:${PLACE}:schedule-group/natflow-ScheduleGroup-1ABC`,
  secretsmanager: `${ROOT}:secretsmanager:${PLACE}:secret:events!connection/natflow-SlackConnection-1ABC/1`,
  sns: `${ROOT}:sns:${PLACE}:natflow-Topic-1ABC`,
  sqs: `${ROOT}:sqs:${PLACE}:natflow-DeadLetters-1ABC`,
};
/** Those that are another resource than the others of their service. */
const MADE_OTHERWISE: Readonly<Record<string, string>> = {
  's3:GetObject': `${ROOT}:s3:::aws-sam-cli-managed-default-samclisourcebucket-1abc/natflow/1`,
  's3:GetObjectVersion': `${ROOT}:s3:::aws-sam-cli-managed-default-samclisourcebucket-1abc/natflow/1`,
  'cloudwatch:PutDashboard': `${ROOT}:cloudwatch::123456789012:dashboard/natflow-eu-west-1`,
  'lambda:GetEventSourceMapping': `${ROOT}:lambda:${PLACE}:event-source-mapping:1111`,
  'scheduler:CreateSchedule': `${ROOT}:scheduler:${PLACE}:schedule/natflow-ScheduleGroup-1ABC/natflow-Sweep`,
};

/**
 * What the handlers of resource types need for properties that the templates do not set. They stay out of the policy.
 */
const UNUSED: readonly (readonly [type: string, actions: RegExp, why: string])[] = [
  [
    'AWS::Athena::WorkGroup',
    /^(iam:|s3:)/,
    'a workgroup with a role of its own or with managed storage',
  ],
  [
    'AWS::DynamoDB::Table',
    /^(iam|kinesis|logs|s3):|Item|Scan|Query|Replica|Import|Kinesis|Contributor|TimeToLive|(Put|Delete)ResourcePolicy|^kms:(ListAliases)/,
    'imports, replicas, streams, and time to live',
  ],
  ['AWS::EC2::FlowLog', /^(iam:PassRole|s3:)/, 'flow logs to CloudWatch Logs or to a bucket'],
  ['AWS::EC2::SecurityGroup', /Ingress/, 'rules for what comes in'],
  ['AWS::Glue::Database', /Connection/, 'federated databases'],
  ['AWS::IAM::Policy', /User|Group/, 'policies of users and groups'],
  ['AWS::IAM::Role', /(Attach|Detach)RolePolicy/, 'managed policies'],
  ['AWS::KMS::Key', /kms:(Enable|Disable)Key$/, 'keys that are switched off'],
  ['AWS::Lambda::Function', /elasticfilesystem|s3files/, 'file systems'],
  [
    'AWS::Logs::LogGroup',
    /LogDelivery|REST|firehose|(Put|Delete)(ResourcePolicy|DataProtectionPolicy|IndexPolicy)|BearerToken|DeletionProtection/,
    'policies of log groups',
  ],
  [
    'AWS::Route53Resolver::ResolverQueryLoggingConfig',
    /^resolverquerylogging:|logs:PutResourcePolicy/,
    'a prefix that no service of IAM has, and log groups as destinations',
  ],
  [
    'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
    /^resolverquerylogging:/,
    'a prefix that no service of IAM has',
  ],
  [
    'AWS::S3::Bucket',
    /^(iam|s3tables):|Object(Acl)?$|Metadata|^s3:Put(Analytics|Inventory|Metrics|Accelerate|Replication|IntelligentTiering|ObjectLock)Configuration|^s3:DeleteBucket\w/,
    'replication, metrics, inventories, tables of metadata',
  ],
  ['AWS::SNS::Subscription', /^iam:/, 'subscriptions of Firehose'],
  ['AWS::SNS::Topic', /^iam:/, 'logs of deliveries'],
];

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

const list = (value: string | readonly string[]): readonly string[] => [value].flat();

/** Whether the text matches the pattern, in which `*` stands for any characters. */
function like(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** Whether statements allow the action: all of them allow, and all their conditions compare text. */
function allows(
  action: string,
  resource: string,
  context: Readonly<Record<string, string>>,
  statements: readonly Statement[] = policy.Statement,
) {
  return statements.some(
    ({ Action, Resource, Condition = {} }) =>
      list(Action).some((each) => like(each, action)) &&
      list(Resource).some((each) => like(each, resource)) &&
      Object.values(Condition)
        .flatMap((keys) => Object.entries(keys))
        .every(([key, wanted]) => list(wanted).includes(context[key] ?? '')),
  );
}

/** The services that have a role of their own in the account, by the resource that makes it. */
const WITH_ROLE: Readonly<Record<string, string>> = {
  'AWS::Events::Connection': 'apidestinations.events',
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': 'route53resolver',
};

function resourceOf(action: string, type: string): string {
  if (action === 'iam:CreateServiceLinkedRole') {
    return `${ROOT}:iam::123456789012:role/aws-service-role/${WITH_ROLE[type]}.amazonaws.com/AWSServiceRole`;
  }
  return MADE_OTHERWISE[action] ?? MADE[action.replace(/:.*/, '')] ?? 'unknown';
}
const contextOf = (type: string) => ({
  ...CALLED_VIA,
  'iam:PassedToService': `${{ KinesisFirehose: 'firehose' }[type.split('::')[1] ?? ''] ?? type.split('::')[1]?.toLowerCase()}.amazonaws.com`,
});

/** The types of all resources, those that SAM makes included. */
const TYPES = new Set(
  [expandedTemplate(), readTemplate('infra/macro.yaml'), readTemplate('infra/cards.yaml')]
    .flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type))
    .filter((type) => !/^Custom::|Serverless/.test(type)),
);
const BY_SAM = ['EventInvokeConfig', 'EventSourceMapping', 'Function', 'Permission'];
for (const name of BY_SAM) TYPES.add(`AWS::Lambda::${name}`);

/** CloudFormation publishes no permissions of these; what they need is in the policy by the names of their services. */
const UNPUBLISHED = ['AWS::CloudFormation::Macro', 'AWS::Glue::Table'];

test('the permissions that AWS publishes of every resource type are known', () => {
  const known = Object.keys(handlers);
  expect([...TYPES].filter((type) => !known.includes(type)).sort()).toEqual(UNPUBLISHED);
});

test.each([...TYPES].filter((type) => type in handlers).sort())(
  'the deployer may make, change and remove %s',
  (type) => {
    const needed = handlers[type as keyof typeof handlers];
    const [[, unused] = [type, /^$/]] = UNUSED.filter(([each]) => each === type);
    const denied = needed.filter(
      (action) => !allows(action, resourceOf(action, type), contextOf(type)),
    );
    expect(denied.filter((action) => !unused.test(action))).toEqual([]);
    expect(denied.some((action) => unused.test(action))).toBe(unused.source !== '^$');
  },
);

const RENDERED = plainTemplate(readTemplate('template.yaml'), () => 'a.zip');
const RENDERED_TYPES = new Set(Object.values(RENDERED.Resources).map(({ Type }) => Type));

test.each([...RENDERED_TYPES].filter((type) => type in handlers).sort())(
  'the deployer of the rendered template may make, change and remove %s',
  (type) => {
    const needed = handlers[type as keyof typeof handlers];
    const [[, unused] = [type, /^$/]] = UNUSED.filter(([each]) => each === type);
    const statements = renderedPolicy(policy).Statement as readonly Statement[];
    const code = `${ROOT}:s3:::${BUCKET_PLACE}/natflow/controller-0123.zip`;
    const denied = needed.filter((action) => {
      const resource = action.startsWith('s3:GetObject') ? code : resourceOf(action, type);
      return !allows(action, resource, contextOf(type), statements);
    });
    expect(denied.filter((action) => !unused.test(action))).toEqual([]);
  },
);

test.each([
  ['another stack', 'cloudformation:DeleteStack', `${ROOT}:cloudformation:${PLACE}:stack/shop/1`],
  ['roles of others', 'iam:PutRolePolicy', `${ROOT}:iam::123456789012:role/admin`],
  ['what was recorded', 's3:GetObject', `${ROOT}:s3:::natflow-archive-1abc/flows/a`],
  ['items of the table', 'dynamodb:PutItem', MADE['dynamodb'] ?? ''],
  ['functions of others', 'lambda:InvokeFunction', `${ROOT}:lambda:${PLACE}:function:shop`],
])('the deployer has no access to %s', (_, action, resource) => {
  expect(allows(action, resource, CALLED_VIA)).toBe(false);
});

test.each([
  ['iam:PassRole', MADE['iam'] ?? '', { 'iam:PassedToService': 'ec2.amazonaws.com' }],
  ['kms:PutKeyPolicy', MADE['kms'] ?? '', {}],
  ['ec2:DeleteSecurityGroup', MADE['ec2'] ?? '', {}],
  ['ec2:CreateFlowLogs', '*', {}],
  ['ec2:DeleteFlowLogs', '*', {}],
])('%s is not allowed outside a deployment of natflow', (action, resource, context) => {
  expect(allows(action, resource, context as Record<string, string>)).toBe(false);
});

test('it fits a managed policy, whose limit is 6,144 characters without blanks', () => {
  expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6144);
});
