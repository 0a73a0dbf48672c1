import { expect, test } from '@jest/globals';
import { expandedTemplate, readTemplate, walk } from './cloudformation.ts';

const main = expandedTemplate();
const macro = readTemplate('infra/macro.yaml');
const roles = [main, macro].flatMap((template) =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role'),
);

test('every role has the boundary that a company demands', () => {
  expect(roles.length).toBeGreaterThan(7);
  for (const [, { Properties = {} }] of roles) {
    expect(Properties['PermissionsBoundary']).toEqual({
      'Fn::If': ['HasBoundary', { Ref: 'PermissionsBoundary' }, { Ref: 'AWS::NoValue' }],
    });
  }
});

test('a key of the account is used by all that keeps data, and allowed to what reads and writes it', () => {
  const { Resources } = main;
  const ofKey = (id: string) => JSON.stringify(Resources[id]).includes('{"Ref":"KmsKeyArn"}');
  const keeping = Object.entries(Resources).filter(([, { Type }]) =>
    /S3::Bucket$|DynamoDB::Table|SNS::Topic$|Logs::LogGroup|Serverless::Function/.test(Type),
  );
  const withGlobals = keeping.filter(([, { Type }]) => !Type.startsWith('AWS::Serverless'));
  expect(withGlobals.map(([id]) => id).filter((id) => !ofKey(id))).toEqual([]);
  const { Globals } = main as unknown as { Globals: { Function: Record<string, unknown> } };
  expect(JSON.stringify(Globals.Function['KmsKeyArn'])).toContain('KmsKeyArn');
  const users = ['ControllerRole', 'ForwarderRole', 'ReplayerRole', 'ReporterRole', 'StreamRole'];
  expect(users.filter((id) => !ofKey(id))).toEqual([]);
});

test('nothing names a partition or a console by itself', () => {
  const texts = [...walk([main.Resources, main['Outputs'], macro.Resources])]
    .map(([, value]) => value)
    .filter((value) => typeof value === 'string');
  expect(texts.filter((value) => /arn:aws[:-]|console\.(aws|amazonaws)/.test(value))).toEqual([]);
  const { Console } = main['Mappings'] as { Console: Record<string, { Domain: string }> };
  expect(Object.keys(Console)).toEqual(['aws', 'aws-cn', 'aws-eusc', 'aws-us-gov']);
});

test('without Athena no resource or output of it is made', () => {
  const ofAthena = Object.values(main.Resources).filter(({ Type }) => /Athena|Glue/.test(Type));
  expect(ofAthena.length).toBe(9);
  expect(new Set(ofAthena.map(({ Condition }) => Condition))).toEqual(new Set(['HasAthena']));
  expect(main['Outputs']).toMatchObject({ AthenaDatabase: { Condition: 'HasAthena' } });
});

test('ForAllValues, which holds for requests without the key, comes with a condition that there is one', () => {
  const conditions = [...walk([main.Resources])].filter(
    ([path, value]) =>
      path.at(-1) === 'Condition' && JSON.stringify(value).includes('ForAllValues'),
  );
  expect(conditions.length).toBe(3);
  for (const [, condition] of conditions) {
    expect(condition).toMatchObject({ Null: { 'dynamodb:LeadingKeys': 'false' } });
  }
});

test('only flow log files below the prefix are replayed', () => {
  const { EventPattern } = main.Resources['ReplayRule']?.Properties ?? {};
  const [[, pattern] = []] = [...walk(EventPattern)].filter(([path]) => path.at(-1) === 'Fn::Sub');
  const wildcard = String(pattern).replace('${FlowLogPrefix}', 'central/');
  const matches = new RegExp(`^${wildcard.split('*').map(literal).join('.*')}$`);
  const keys = [
    'central/AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/11/22/a.log.gz',
    'central/AWSLogs/aws-account-id=1/aws-service=vpcflowlogs/aws-region=a/year=2026/a.log.gz',
    'central/AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/22/a.json.gz',
    'central/AWSLogs/123456789012/elasticloadbalancing/eu-west-1/2026/11/22/a.log.gz',
    'other/AWSLogs/123456789012/vpcflowlogs/eu-west-1/2026/11/22/a.log.gz',
  ];
  expect(keys.filter((key) => matches.test(key))).toEqual(keys.slice(0, 2));
});

function literal(text: string): string {
  return text.replace(/[.$/]/g, '\\$&');
}
