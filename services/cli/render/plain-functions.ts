import * as v from 'valibot';
import { readShape } from '../../../shared/read-shape.ts';
import type { Resource, Template, Values } from './template.ts';

/** The value of a Lambda function's `Code` property, by its CodeUri in the template. */
export type CodeOf = (codeUri: string) => Values;

const VALUES = v.record(v.string(), v.unknown());
const EVENT = v.object({ Type: v.string(), Properties: VALUES });
const FUNCTION = v.looseObject({
  CodeUri: v.string(),
  Environment: v.optional(v.object({ Variables: VALUES }), { Variables: {} }),
  EventInvokeConfig: v.optional(
    v.object({
      MaximumRetryAttempts: v.number(),
      MaximumEventAgeInSeconds: v.number(),
      DestinationConfig: v.object({
        OnFailure: v.object({ Type: v.literal('SQS'), Destination: v.unknown() }),
      }),
    }),
  ),
  Events: v.optional(v.record(v.string(), EVENT), {}),
});
const GLOBALS = v.object({
  Function: v.looseObject({ Environment: v.object({ Variables: VALUES }) }),
});

/** Properties that `AWS::Serverless::Function` and `AWS::Lambda::Function` have alike. */
const ALIKE: ReadonlySet<string> = new Set([
  'Architectures',
  'Description',
  'FunctionName',
  'Handler',
  'KmsKeyArn',
  'LoggingConfig',
  'MemorySize',
  'Role',
  'Runtime',
  'Timeout',
  'VpcConfig',
]);

/**
 * The template without SAM: each `AWS::Serverless::Function` as the plain resources that the SAM transform makes of
 * it, under the same logical ids. It knows what natflow's template uses.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
 * @throws Error for a property or an event that it does not know.
 */
export function withPlainFunctions(template: Template, code: CodeOf): Template {
  const { Globals, Transform: _, ...rest } = template;
  const { Function: common } = readShape(GLOBALS, Globals, 'Globals');
  const resources = Object.entries(template.Resources).flatMap(([id, resource]) =>
    resource.Type === 'AWS::Serverless::Function'
      ? plainFunction(id, resource, common, code)
      : [[id, resource] as const],
  );
  return { ...rest, Resources: Object.fromEntries(resources) };
}

type Named = readonly [logicalId: string, resource: Resource];

function plainFunction(
  id: string,
  resource: Resource,
  common: v.InferOutput<typeof GLOBALS>['Function'],
  code: CodeOf,
): Named[] {
  const own = readShape(FUNCTION, resource.Properties, `the properties of ${id}`);
  const { CodeUri, Environment, EventInvokeConfig, Events, ...properties } = own;
  const { Environment: ofAll, ...defaults } = common;
  const alike = { ...defaults, ...properties };
  const strange = Object.keys(alike).filter((name) => !ALIKE.has(name));
  if (strange.length > 0) throw new Error(`${id} has ${strange.join(', ')}, which is not known`);
  const Variables = { ...ofAll.Variables, ...Environment.Variables };
  const condition = resource.Condition && { Condition: resource.Condition };
  const derived: Named[] = Object.entries(Events).flatMap(([name, event]) =>
    eventResources(id, `${id}${name}`, event),
  );
  if (EventInvokeConfig !== undefined) {
    derived.push([`${id}EventInvokeConfig`, invokeConfig(id, EventInvokeConfig)]);
  }
  return [
    [
      id,
      {
        ...{ ...resource, Metadata: withoutBuild(resource.Metadata) },
        Type: 'AWS::Lambda::Function',
        Properties: { Code: code(CodeUri), ...alike, Environment: { Variables } },
      },
    ],
    ...derived.map(([name, each]): Named => [name, { ...each, ...condition }]),
  ];
}

/** Without what the SAM CLI alone reads. */
function withoutBuild({ SkipBuild: _, ...metadata }: Values = {}): Values {
  return metadata;
}

function invokeConfig(
  id: string,
  {
    DestinationConfig,
    ...retries
  }: NonNullable<v.InferOutput<typeof FUNCTION>['EventInvokeConfig']>,
): Resource {
  const { Destination } = DestinationConfig.OnFailure;
  return {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: id },
      Qualifier: '$LATEST',
      ...retries,
      DestinationConfig: { OnFailure: { Destination } },
    },
  };
}

function eventResources(
  id: string,
  name: string,
  { Type, Properties }: v.InferOutput<typeof EVENT>,
): Named[] {
  const FunctionName = { Ref: id };
  const Arn = { 'Fn::GetAtt': [id, 'Arn'] };
  switch (Type) {
    case 'EventBridgeRule': {
      const { Pattern: EventPattern, ...delivery } = Properties;
      const Targets = [{ Id: `${name}LambdaTarget`, Arn, ...delivery }];
      return [
        [name, { Type: 'AWS::Events::Rule', Properties: { EventPattern, Targets } }],
        [
          `${name}Permission`,
          {
            Type: 'AWS::Lambda::Permission',
            Properties: {
              ...{ Action: 'lambda:InvokeFunction', FunctionName },
              Principal: 'events.amazonaws.com',
              SourceArn: { 'Fn::GetAtt': [name, 'Arn'] },
            },
          },
        ],
      ];
    }
    case 'ScheduleV2': {
      const { ScheduleExpression, GroupName, ...target } = Properties;
      const FlexibleTimeWindow = { Mode: 'OFF' };
      const properties = { Name: name, GroupName, ScheduleExpression, FlexibleTimeWindow };
      const Target = { Arn, ...target };
      return [[name, { Type: 'AWS::Scheduler::Schedule', Properties: { ...properties, Target } }]];
    }
    case 'SQS': {
      const { Queue: EventSourceArn, ...polling } = Properties;
      return [
        [
          name,
          {
            Type: 'AWS::Lambda::EventSourceMapping',
            Properties: { FunctionName, EventSourceArn, ...polling },
          },
        ],
      ];
    }
    default:
      throw new Error(`${name} is an event of the type ${Type}, which is not known`);
  }
}
