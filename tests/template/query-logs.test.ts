import { expect, test } from '@jest/globals';
import { expandedTemplate } from './cloudformation.ts';

const { Resources } = expandedTemplate();
const propertiesOf = (id: string) => Resources[id]?.Properties as Record<string, unknown>;

/** The branch of an `Fn::If` on DnsNames. */
function ifDnsNames(value: unknown): unknown {
  const branches = (value as { 'Fn::If'?: unknown[] })['Fn::If'] ?? [];
  const [condition, then, otherwise] = branches;
  if (condition !== 'HasDnsNames') return undefined;
  expect(otherwise).toEqual({ Ref: 'AWS::NoValue' });
  return then;
}

test('without DnsNames there is neither a query log configuration nor a right of log delivery', () => {
  const { Conditions } = expandedTemplate() as unknown as { Conditions: object };
  expect(Conditions).toMatchObject({
    HasDnsNames: { 'Fn::Equals': [{ Ref: 'DnsNames' }, 'true'] },
  });
  const logging = Object.values(Resources).filter(({ Type }) => Type.includes('Route53Resolver'));
  expect(logging).toHaveLength(2);
  for (const { Condition } of logging) expect(Condition).toBe('HasDnsNames');
});

test('log delivery writes below dns/ alone, and for the own account and region alone', () => {
  const { Statement } = propertiesOf('ArchivePolicy')['PolicyDocument'] as { Statement: unknown[] };
  const granted = Statement.flatMap((each) => ifDnsNames(each) ?? []);
  const from = {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: {
      'aws:SourceArn': {
        'Fn::Sub': 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*',
      },
    },
  };
  const delivery = { Effect: 'Allow', Principal: { Service: 'delivery.logs.amazonaws.com' } };
  expect(granted).toEqual([
    expect.objectContaining({
      ...{ ...delivery, Action: 's3:GetBucketAcl', Condition: from },
      Resource: { 'Fn::GetAtt': ['Archive', 'Arn'] },
    }),
    expect.objectContaining({
      ...{ ...delivery, Action: 's3:PutObject' },
      Resource: { 'Fn::Sub': '${Archive.Arn}/dns/*' },
      Condition: {
        ...from,
        StringEquals: { ...from.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' },
      },
    }),
  ]);
});

test('query logs go to dns/, after the policy is there, and are kept for a week', () => {
  expect(propertiesOf('QueryLogConfig')).toMatchObject({
    DestinationArn: { 'Fn::Sub': '${Archive.Arn}/dns/' },
  });
  expect(Resources['QueryLogConfig']?.['DependsOn']).toBe('ArchivePolicy');
  const { Rules } = propertiesOf('Archive')['LifecycleConfiguration'] as { Rules: unknown[] };
  expect(Rules.flatMap((each) => ifDnsNames(each) ?? [])).toEqual([
    { Id: 'query-logs', Status: 'Enabled', Prefix: 'dns/', ExpirationInDays: 7 },
  ]);
});
