import * as v from 'valibot';
import { readShape } from '../../../shared/read-shape.ts';
import type { Resource, Template, Values } from '../template.ts';

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

/** Properties that `AWS::Serverless::Function` and `AWS::Lambda::Function` share. */
const SHARED_PROPERTIES: ReadonlySet<string> = new Set([
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

type LogicalResource = readonly [logicalId: string, resource: Resource];

function plainFunction(
  id: string,
  resource: Resource,
  common: v.InferOutput<typeof GLOBALS>['Function'],
  code: CodeOf,
): LogicalResource[] {
  const own = readShape(FUNCTION, resource.Properties, `the properties of ${id}`);
  const { CodeUri, Environment, EventInvokeConfig, Events, ...properties } = own;
  const { Environment: ofAll, ...defaults } = common;
  const shared = { ...defaults, ...properties };
  const unknown = Object.keys(shared).filter((name) => !SHARED_PROPERTIES.has(name));
  if (unknown.length > 0) throw new Error(`${id} has ${unknown.join(', ')}, which is not known`);
  const Variables = { ...ofAll.Variables, ...Environment.Variables };
  const condition = resource.Condition && { Condition: resource.Condition };
  const derived: LogicalResource[] = Object.entries(Events).flatMap(([name, event]) =>
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
        Properties: { Code: code(CodeUri), ...shared, Environment: { Variables } },
      },
    ],
    ...derived.map(([name, each]): LogicalResource => [name, { ...each, ...condition }]),
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

type EventResources = (functionId: string, id: string, properties: Values) => LogicalResource[];

/** What the SAM transform makes of an event of a function, by the event's type. `id` is the event's logical id. */
const EVENTS: Readonly<Record<string, EventResources>> = {
  EventBridgeRule: (functionId, id, { Pattern: EventPattern, ...delivery }) => {
    const Targets = [{ Id: `${id}LambdaTarget`, Arn: arnOf(functionId), ...delivery }];
    const Properties = {
      ...{ Action: 'lambda:InvokeFunction', FunctionName: { Ref: functionId } },
      ...{ Principal: 'events.amazonaws.com', SourceArn: arnOf(id) },
    };
    return [
      [id, { Type: 'AWS::Events::Rule', Properties: { EventPattern, Targets } }],
      [`${id}Permission`, { Type: 'AWS::Lambda::Permission', Properties }],
    ];
  },
  ScheduleV2: (functionId, id, { ScheduleExpression, GroupName, ...target }) => {
    const Properties = {
      ...{ Name: id, GroupName, ScheduleExpression, FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: { Arn: arnOf(functionId), ...target },
    };
    return [[id, { Type: 'AWS::Scheduler::Schedule', Properties }]];
  },
  SQS: (functionId, id, { Queue: EventSourceArn, ...polling }) => {
    const Properties = { FunctionName: { Ref: functionId }, EventSourceArn, ...polling };
    return [[id, { Type: 'AWS::Lambda::EventSourceMapping', Properties }]];
  },
};

function eventResources(
  functionId: string,
  id: string,
  { Type, Properties }: v.InferOutput<typeof EVENT>,
): LogicalResource[] {
  const resources = EVENTS[Type];
  if (resources === undefined)
    throw new Error(`${id} is an event of the type ${Type}, which is not known`);
  return resources(functionId, id, Properties);
}

function arnOf(id: string): object {
  return { 'Fn::GetAtt': [id, 'Arn'] };
}
