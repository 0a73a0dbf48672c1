import * as v from 'valibot';
import { MACRO_NAME } from '../../../shared/contract/macro.ts';
import { allGatewaysGraph } from '../../../shared/gateway/all-gateways-graph.ts';
import { readShape } from '../../../shared/read-shape.ts';
import { AlarmParameters } from '../../../shared/stack-parameters.ts';
import type { Output, Resource, Template, Values } from '../template.ts';
import { CODE_CONDITIONS, codeFrom } from './code-place.ts';
import { metadataOf, parametersOf, RULES } from './parameters.ts';
import { withPlainFunctions } from './plain-functions.ts';
import { withoutAbsent } from './without-absent.ts';

/**
 * What the macro alone can do: it makes a flow log for each continuous source, a query log for each gateway's VPC, and
 * a security group in the VPC of the subnets that lets out to the collectors.
 */
const ABSENT = {
  parameters: ['ContinuousSources', 'DnsNames', 'DnsServers'],
  conditions: ['HasContinuousSources', 'HasDnsNames', 'MakesSecurityGroup'],
} as const;

/**
 * natflow's template without transforms, which CloudFormation takes as it is: its functions are plain resources with
 * their code in a bucket, the sweep makes all alarms of gateways, and ABSENT is left out.
 * @param keyOf the last part of the key of a function's code, by its CodeUri
 */
export function plainTemplate(template: Template, keyOf: (codeUri: string) => string): Template {
  const functions = withPlainFunctions(template, codeFrom(keyOf));
  const plain = withoutAbsent(withSweptAlarms(functions), ABSENT);
  return {
    ...plain,
    Parameters: parametersOf(plain),
    Metadata: metadataOf(plain),
    Rules: RULES,
    Conditions: { ...plain.Conditions, ...CODE_CONDITIONS },
    Outputs: outputsOf(plain),
  };
}

/** The template in which the sweep makes the alarms of all chosen gateways, those that are named by their ids included. */
function withSweptAlarms(template: Template): Template {
  const isGiven = { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'NatGatewayIds' }, ''] }] };
  const Conditions = { ...template.Conditions, FollowsAccount: isGiven };
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
  // The controller refuses wrong parameters, as the macro would. CloudFormation calls it when one of these changes.
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
    // JSON has it in quotes; the text that Fn::Sub makes needs a number.
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
