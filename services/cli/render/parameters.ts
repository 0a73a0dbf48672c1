import * as v from 'valibot';
import { MACRO_NAME } from '../../../shared/contract/macro.ts';
import { MOST_FOLLOWED } from '../../../shared/gateway/choose-gateways.ts';
import { readShape } from '../../../shared/read-shape.ts';
import type { Parameter, Template, Values } from '../template.ts';
import { CODE_PARAMETERS } from './code-place.ts';

/** An element of NatGatewayIds, as `chooseGateways` reads it. */
const GATEWAY = '(all|tag:[^=,]+=[^,]*|nat-[0-9a-f]+(=\\d+(\\.\\d+)? ?([KMGTkmgt][iI]?)?[Bb]?)?)';

/** What is different about parameters that the macro reads in the other template. */
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
export const RULES = {
  ...needs('FlowLogBucket', 'Collectors', 'is given without Collectors to replay its files to'),
  ...needs('FlowLogPrefix', 'FlowLogBucket', 'is given without FlowLogBucket'),
  ...needs('FlowLogKeyArn', 'FlowLogBucket', 'is given without FlowLogBucket'),
};

/** The parameters of the rendered template: those of the template, and where the code is. */
export function parametersOf({ Parameters }: Template): Template['Parameters'] {
  const { NatGatewayIds, ...others } = Parameters;
  // Without a default: there is nothing else to watch.
  const { Default: _, ...gateways } = { ...NatGatewayIds };
  const all = Object.entries({ NatGatewayIds: gateways as Parameter, ...others });
  const changed = all.map(([name, each]) => [name, { ...each, ...CHANGED[name] }] as const);
  return { ...CODE_PARAMETERS, ...Object.fromEntries(changed) };
}

const INTERFACE = v.looseObject({
  ParameterGroups: v.array(v.object({ Label: v.unknown(), Parameters: v.array(v.string()) })),
});

/** The metadata of the rendered template: its parameters in groups, without the settings of the macro. */
export function metadataOf({ Metadata, Parameters }: Template): Values {
  const { [MACRO_NAME]: _, 'AWS::CloudFormation::Interface': asked, ...metadata } = Metadata;
  const { ParameterGroups, ...labels } = readShape(INTERFACE, asked, 'the parameter groups');
  const groups = ParameterGroups.map(({ Label, Parameters: names }) => ({
    Label,
    Parameters: names.filter((name) => name in Parameters),
  }));
  const code = {
    Label: { default: "The functions' code" },
    Parameters: Object.keys(CODE_PARAMETERS),
  };
  return {
    ...metadata,
    'AWS::CloudFormation::Interface': {
      ParameterGroups: [code, ...groups.filter(({ Parameters: names }) => names.length > 0)],
      ...labels,
    },
  };
}

/** A rule by which the first parameter is refused without the second. `fault` follows the first in its sentence. */
function needs(given: string, needed: string, fault: string): Values {
  return {
    [`${given}Needs${needed}`]: {
      RuleCondition: isGiven(given),
      Assertions: [{ Assert: isGiven(needed), AssertDescription: `${given} ${fault}` }],
    },
  };
}

function isGiven(parameter: string): object {
  return { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: parameter }, ''] }] };
}
