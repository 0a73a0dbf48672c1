import { type ContinuousSource, isTransit } from '../../shared/continuous/sources.ts';
import {
  type Format,
  RECORDING_FORMAT_WITHOUT_RESOURCE,
  TRANSIT_GATEWAY_FORMAT,
} from '../../shared/flowlog/format.ts';
import { STACK_NAME } from './alarm.ts';
import type { Resource } from './fragment.ts';

/** The template's stream of the continuous sources, and its condition, which holds whenever there is one. */
const STREAM = 'ContinuousStream';
export const CONDITION = 'HasContinuousSources';

/**
 * The flow log of a continuous source, by logical id. It has no tag of a recording, so that the controller leaves it
 * alone; CloudFormation deletes it when the source leaves the parameter, and with the stack.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-flowlog.html
 */
export function flowLogResources(source: ContinuousSource): Record<string, Resource> {
  const { id, resourceType } = source;
  return {
    [`FlowLog${logicalPart(id)}`]: {
      Type: 'AWS::EC2::FlowLog',
      Condition: CONDITION,
      Properties: {
        ResourceId: id,
        ResourceType: resourceType,
        // The flow logs of transit gateways have no TrafficType, and no other interval than 60 seconds.
        ...(!isTransit(source) && { TrafficType: 'ALL' }),
        MaxAggregationInterval: 60,
        LogDestinationType: 'kinesis-data-firehose',
        LogDestination: { 'Fn::GetAtt': [STREAM, 'Arn'] },
        LogFormat: logFormat(
          isTransit(source) ? TRANSIT_GATEWAY_FORMAT : RECORDING_FORMAT_WITHOUT_RESOURCE,
        ),
        Tags: [{ Key: 'Name', Value: { 'Fn::Sub': `${STACK_NAME} continuous` } }],
      },
    },
  };
}

/** `Vpc0123…` of `vpc-0123…`, `TgwAttach0123…` of `tgw-attach-0123…`. */
function logicalPart(id: string): string {
  return id.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

function logFormat(format: Format): string {
  return format.map((name) => `\${${name}}`).join(' ');
}
