import * as v from 'valibot';
import { MACRO_NAME } from '../../../shared/contract/macro.ts';
import { allGatewaysGraph } from '../../../shared/gateway/all-gateways-graph.ts';
import { MOST_FOLLOWED } from '../../../shared/gateway/choose-gateways.ts';
import { readShape } from '../../../shared/read-shape.ts';
import { AlarmParameters } from '../../../shared/stack-parameters.ts';
import { type CodeOf, withPlainFunctions } from './plain-functions.ts';
import { settle } from './settle.ts';
import type { Output, Parameter, Resource, Template, Values } from './template.ts';

/**
 * What the macro alone can do: it makes a flow log for each continuous source, a query log for each gateway's VPC, and
 * a security group in the VPC of the subnets that lets out to the collectors.
 */
const ABSENT = {
  parameters: ['ContinuousSources', 'DnsNames', 'DnsServers'],
  conditions: ['HasContinuousSources', 'HasDnsNames', 'MakesSecurityGroup'],
} as const;

/** In the name of an artifact bucket, the stack's region: Lambda takes code from buckets of its own region alone. */
const REGION_PLACE = 'REGION';
const BY_REGION = 'ArtifactBucketByRegion';

/** Where the functions' code is. */
const ARTIFACTS: Readonly<Record<'ArtifactBucket' | 'ArtifactPrefix', Parameter>> = {
  ArtifactBucket: {
    Type: 'String',
    AllowedPattern: '[a-z0-9][a-z0-9.-]*(REGION[a-z0-9.-]*)?',
    ConstraintDescription: "a bucket's name, which may have REGION in it",
    Description: `The bucket with the functions' code, in the region of the stack; ${REGION_PLACE} in its name stands for that region`,
  },
  ArtifactPrefix: {
    Type: 'String',
    Default: 'natflow/',
    AllowedPattern: '([A-Za-z0-9_.=/-]+/)?',
    ConstraintDescription: 'the beginning of a key that ends with /, or empty',
    Description: "What the keys of the functions' code begin with, its last / included",
  },
};

const GATEWAY = '(all|tag:[^=,]+=[^,]*|nat-[0-9a-f]+(=\\d+(\\.\\d+)? ?([KMGTkmgt][iI]?)?[Bb]?)?)';

/** Parameters that mean less without the macro. */
const CHANGED: Readonly<Record<string, Partial<Parameter>>> = {
  NatGatewayIds: {
    AllowedPattern: `${GATEWAY}(,${GATEWAY})*`,
    MaxLength: MOST_FOLLOWED,
    Description:
      'NAT gateways to watch, with commas between: ids, ids with a threshold of their own (nat-0123456789abcdef0=500MB), tag:Key=Value, or all; a sweep makes their alarms within five minutes, also those of gateways that come later',
  },
  SubnetIds: {
    Description:
      'Subnets from which the collectors can be reached, needed only for private addresses, and together with SecurityGroupIds; their route to the collectors must not be a watched NAT gateway',
  },
  SecurityGroupIds: {
    Description:
      'Security groups of the functions in SubnetIds; they have to let out UDP to the collectors, and HTTPS',
  },
};

/** Faults that the macro reports, and that CloudFormation can see in the parameters. */
const RULES = {
  ...ruleThat('FlowLogBucket', 'Collectors', 'is given without Collectors to replay its files to'),
  ...ruleThat('FlowLogPrefix', 'FlowLogBucket', 'is given without FlowLogBucket'),
  ...ruleThat('FlowLogKeyArn', 'FlowLogBucket', 'is given without FlowLogBucket'),
};

/**
 * natflow's template without transforms, which CloudFormation takes as it is: its functions are plain resources with
 * their code in a bucket, the sweep makes all alarms of gateways, and ABSENT is left out.
 * @param keyOf the last part of the key of a function's code, by its CodeUri
 */
export function plainTemplate(template: Template, keyOf: (codeUri: string) => string): Template {
  const functions = withPlainFunctions(template, codeFrom(keyOf));
  const settled = settle(withSweptAlarms(functions), ABSENT);
  return {
    ...settled,
    Parameters: parametersOf(settled),
    Metadata: metadataOf(settled),
    Rules: RULES,
    Outputs: outputsOf(settled),
  };
}

function codeFrom(keyOf: (codeUri: string) => string): CodeOf {
  const bucket = { Ref: 'ArtifactBucket' };
  const part = (at: number) => ({ 'Fn::Select': [at, { 'Fn::Split': [REGION_PLACE, bucket] }] });
  const named = ['${Before}${AWS::Region}${After}', { Before: part(0), After: part(1) }];
  return (codeUri) => ({
    S3Bucket: { 'Fn::If': [BY_REGION, { 'Fn::Sub': named }, bucket] },
    S3Key: { 'Fn::Sub': `\${ArtifactPrefix}${keyOf(codeUri)}` },
  });
}

/** The template in which the sweep makes the alarms of all chosen gateways, those that are named by their ids included. */
function withSweptAlarms(template: Template): Template {
  const gateways = { Ref: 'NatGatewayIds' };
  const bucket = { Ref: 'ArtifactBucket' };
  const before = { 'Fn::Select': [0, { 'Fn::Split': [REGION_PLACE, bucket] }] };
  const Conditions = {
    ...template.Conditions,
    FollowsAccount: differs(gateways, ''),
    [BY_REGION]: differs(before, bucket),
  };
  const change = (id: string, resource: Resource) => CHANGES[id]?.(resource) ?? resource;
  const resources = Object.entries(template.Resources).map(([id, each]) => [id, change(id, each)]);
  return { ...template, Conditions, Resources: Object.fromEntries(resources) };
}

/** Resources that the macro fills, or that know of it. */
const CHANGES: Readonly<Record<string, (resource: Resource) => Resource>> = {
  ControllerFunction: (resource) => {
    const shape = v.looseObject({
      Environment: v.object({ Variables: v.record(v.string(), v.unknown()) }),
    });
    const { Environment } = readShape(shape, resource.Properties, 'the controller');
    const Variables = { ...Environment.Variables, NATFLOW_MACRO: 'false' };
    return withProperties(resource, { Environment: { Variables } });
  },
  ControllerRole: (resource) => {
    const Policies = withoutMacro(resource.Properties?.['Policies']);
    return withProperties(resource, { Policies });
  },
  // The controller refuses what it is asked with, as the macro would: an update of these calls it again.
  Recordings: (resource) => {
    const names = ['NatGatewayIds', ...Object.keys(AlarmParameters)];
    return withProperties(resource, { Alarms: names.map((name) => ({ Ref: name })) });
  },
  Dashboard: (resource) => {
    const text = v.pipe(v.string(), v.parseJson(undefined, 'JSON'), BODY);
    const shape = v.object({ 'Fn::Sub': v.tuple([text, v.unknown()]) });
    const body = readShape(shape, resource.Properties?.['DashboardBody'], 'the dashboard');
    const [{ widgets, ...rest }, variables] = body['Fn::Sub'];
    const plain = widgets.flatMap((widget) => WIDGETS[widget.type] ?? [widget]);
    // A number in the text after Fn::Sub.
    const json = JSON.stringify({ ...rest, widgets: plain }).replaceAll(`"${PERIOD}"`, PERIOD);
    return withProperties(resource, { DashboardBody: { 'Fn::Sub': [json, variables] } });
  },
};

const BODY = v.looseObject({ widgets: v.array(v.looseObject({ type: v.string() })) });
const PERIOD = '${SamplingPeriod}';
/** What stands in the place of the macro's widgets. */
const WIDGETS: Readonly<Record<string, readonly object[]>> = {
  'natflow-gateways': [allGatewaysGraph('${AWS::StackName}', PERIOD)],
  'natflow-continuous': [],
};

/** Policies without the permission to ask the macro for its version. */
function withoutMacro(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => !isOfMacro(each)).map(withoutMacro);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withoutMacro(each)]),
  );
}

const OF_MACRO = v.object({ Resource: v.object({ 'Fn::Sub': v.string() }) });

function isOfMacro(statement: unknown): boolean {
  return (
    v.is(OF_MACRO, statement) && statement.Resource['Fn::Sub'].endsWith(`:function:${MACRO_NAME}`)
  );
}

function parametersOf({ Parameters }: Template): Template['Parameters'] {
  const { NatGatewayIds, ...others } = Parameters;
  // Without a default: there is nothing else to watch.
  const { Default: _, ...gateways } = { ...NatGatewayIds };
  const all = Object.entries({ NatGatewayIds: gateways as Parameter, ...others });
  const changed = all.map(([name, each]) => [name, { ...each, ...CHANGED[name] }] as const);
  return { ...ARTIFACTS, ...Object.fromEntries(changed) };
}

const INTERFACE = v.looseObject({
  ParameterGroups: v.array(v.object({ Label: v.unknown(), Parameters: v.array(v.string()) })),
});

function metadataOf({ Metadata, Parameters }: Template): Values {
  const { [MACRO_NAME]: _, 'AWS::CloudFormation::Interface': asked, ...metadata } = Metadata;
  const { ParameterGroups, ...labels } = readShape(INTERFACE, asked, 'the parameter groups');
  const groups = ParameterGroups.map(({ Label, Parameters: names }) => ({
    Label,
    Parameters: names.filter((name) => name in Parameters),
  }));
  const code = { Label: { default: "The functions' code" }, Parameters: Object.keys(ARTIFACTS) };
  return {
    ...metadata,
    'AWS::CloudFormation::Interface': {
      ParameterGroups: [code, ...groups.filter(({ Parameters: names }) => names.length > 0)],
      ...labels,
    },
  };
}

function outputsOf({ Outputs }: Template): Template['Outputs'] {
  const { UninstallCommand, ...others } = Outputs;
  const Description =
    'Stops recordings and removes everything but the archive; an instance of a StackSet is deleted by its StackSet';
  const uninstall: Output = { Value: '', ...UninstallCommand, Description };
  return { ...others, UninstallCommand: uninstall };
}

function withProperties(resource: Resource, properties: Values): Resource {
  return { ...resource, Properties: { ...resource.Properties, ...properties } };
}

function differs(value: unknown, other: unknown): object {
  return { 'Fn::Not': [{ 'Fn::Equals': [value, other] }] };
}

/** A rule that the first parameter is not given without the second. */
function ruleThat(given: string, needed: string, fault: string): Values {
  return {
    [`${given}Needs${needed}`]: {
      RuleCondition: differs({ Ref: given }, ''),
      Assertions: [
        { Assert: differs({ Ref: needed }, ''), AssertDescription: `${given} ${fault}` },
      ],
    },
  };
}
