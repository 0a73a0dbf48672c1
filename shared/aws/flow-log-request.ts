import { createHash } from 'node:crypto';
import type { CreateFlowLogsCommandInput } from '@aws-sdk/client-ec2';
import { recordingFormat } from '../flowlog/format.ts';
import type { FlowLogTarget } from '../gateway/nat-gateway.ts';

/** The destinations and format of recordings. Flow logs are tagged with `stack`. */
export interface FlowLogSettings {
  readonly stack: string;
  readonly streamArn: string;
  /** AWS's LogFormat, `${version} ${account-id} …`; undefined: what natflow records of the gateway. */
  readonly logFormat?: string | undefined;
  /** The destination of a second flow log, for queries in CloudWatch Logs. */
  readonly logGroup?: { readonly arn: string; readonly roleArn: string } | undefined;
}

/** The recording that a flow log belongs to. */
export interface OurRecording {
  readonly id: string;
  readonly gatewayId: string;
}

/** Seconds. EC2's default of 600 would aggregate a short spike into one line. */
const AGGREGATION_S = 60;
export const STACK_TAG = 'natflow:stack';
export const GATEWAY_TAG = 'natflow:gateway';
export const RECORDING_TAG = 'natflow:recording';

/** The LogDestinationType of flow logs to a Firehose stream. */
export const TO_STREAM = 'kinesis-data-firehose';

type Destination = Pick<
  CreateFlowLogsCommandInput,
  'LogDestinationType' | 'LogDestination' | 'DeliverLogsPermissionArn'
>;

/** The request for a recording's flow log to one destination. */
export function request(
  settings: FlowLogSettings,
  { id, gatewayId }: OurRecording,
  target: FlowLogTarget,
  destination: Destination,
): CreateFlowLogsCommandInput {
  const { stack, logFormat = ourFormat(settings, target) } = settings;
  const tags = { Name: id, [STACK_TAG]: stack, [GATEWAY_TAG]: gatewayId, [RECORDING_TAG]: id };
  return {
    ...destination,
    ResourceType: target.resourceType,
    ResourceIds: [...target.resourceIds],
    TrafficType: 'ALL',
    MaxAggregationInterval: AGGREGATION_S,
    LogFormat: logFormat,
    // At most 64 characters. The stack is part of it, because two stacks may watch one gateway.
    ClientToken: createHash('sha256')
      .update(`${stack} ${id} ${destination.LogDestinationType}`)
      .digest('hex'),
    TagSpecifications: [
      {
        ResourceType: 'vpc-flow-log',
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      },
    ],
  };
}

function ourFormat({ streamArn }: FlowLogSettings, { resourceType }: FlowLogTarget): string {
  const [, partition = ''] = streamArn.split(':');
  const fields = recordingFormat(partition, resourceType === 'RegionalNatGateway');
  return fields.map((field) => `\${${field}}`).join(' ');
}

/** Where a recording's flow logs go: to the stream, and to the log group if there is one. */
export function destinations({ streamArn, logGroup }: FlowLogSettings): Destination[] {
  const stream: Destination = {
    LogDestinationType: TO_STREAM,
    LogDestination: streamArn,
  };
  if (logGroup === undefined) return [stream];
  const { arn, roleArn } = logGroup;
  return [
    stream,
    {
      LogDestinationType: 'cloud-watch-logs',
      LogDestination: arn,
      DeliverLogsPermissionArn: roleArn,
    },
  ];
}
