import type { Fragment } from '../../services/macro/fragment.ts';

/** Where a template is deployed. */
export interface Target {
  readonly partition: string;
  readonly region: string;
}

type Template = Pick<Fragment, 'Resources'>;

const ACCOUNT = '123456789012';
const KEY = 'key/11111111-2222-3333-4444-555555555555';
/** What comes after the service in the ARN of a resource; those of S3 have neither region nor account. */
const ARNS: Readonly<Record<string, (name: string) => readonly [string, string]>> = {
  'AWS::DynamoDB::Table': (name) => ['dynamodb', `table/${name}`],
  'AWS::Events::ApiDestination': (name) => ['events', `api-destination/${name}`],
  'AWS::IAM::Role': (name) => ['iam', `role/${name}`],
  'AWS::KMS::Key': () => ['kms', KEY],
  'AWS::KinesisFirehose::DeliveryStream': (name) => ['firehose', `deliverystream/${name}`],
  'AWS::Lambda::Function': (name) => ['lambda', `function:${name}`],
  'AWS::Logs::LogGroup': (name) => ['logs', `log-group:${name}:*`],
  'AWS::S3::Bucket': (name) => ['s3', name],
  'AWS::SNS::Topic': (name) => ['sns', name],
  'AWS::SQS::Queue': (name) => ['sqs', name],
};

/** A value of a template as CloudFormation might resolve it with all conditions true: names are made up. */
export function resolve(value: unknown, template: Template, target: Target): unknown {
  if (Array.isArray(value))
    return value.map((each) => resolve(each, template, target)).filter(isThere);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return refer(String(argument), template, target);
  if (name === 'Fn::GetAtt') return arnOf(String([argument].flat()[0]), template, target);
  if (name === 'Fn::If') return resolve((argument as unknown[])[1], template, target);
  if (name === 'Fn::Sub') return substitute(String([argument].flat()[0]), template, target);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, resolve(each, template, target)]),
  );
}

function isThere(value: unknown): boolean {
  return value !== undefined;
}

function refer(name: string, template: Template, target: Target): unknown {
  const { partition, region } = target;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackName': 'natflow',
  };
  if (name === 'AWS::NoValue') return undefined;
  if (name in pseudo) return pseudo[name];
  if (name.endsWith('KeyArn')) return arn('kms', KEY, target);
  const isTopic = template.Resources[name]?.Type === 'AWS::SNS::Topic';
  return isTopic ? arnOf(name, template, target) : name.toLowerCase();
}

function arnOf(name: string, { Resources }: Template, target: Target): string {
  const { Type = '' } = Resources[name] ?? {};
  const [service, resource] = ARNS[Type]?.(name.toLowerCase()) ?? ['unknown', name];
  return arn(service, resource, target);
}

function arn(service: string, resource: string, { partition, region }: Target): string {
  const place = { s3: ':', iam: `:${ACCOUNT}` }[service] ?? `${region}:${ACCOUNT}`;
  return `arn:${partition}:${service}:${place}:${resource}`;
}

function substitute(text: string, template: Template, target: Target): string {
  return text.replace(/\$\{([^!}]+)\}/g, (_, name: string) =>
    name.endsWith('.Arn')
      ? arnOf(name.slice(0, -'.Arn'.length), template, target)
      : String(refer(name, template, target)),
  );
}
