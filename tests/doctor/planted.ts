import { MACRO_VERSION } from '../../shared/contract/macro.ts';
import { ARCHIVE, deliveryLog, EMAIL, GATEWAY, type LocalStack, REGIONAL } from './local-stack.ts';

/** A fault of a stack: how it comes about, the check that finds it, and the beginning of the command. */
export interface Planted {
  readonly fault: string;
  readonly plant: (stack: LocalStack) => unknown;
  readonly check: string;
  /** Other checks that cannot be made then. */
  readonly also?: readonly string[];
  readonly text: string;
  readonly remedy: string;
}

const REFUSED = { how: { code: 'AccessDeniedException' } };

/** Each of them is to be found by name, with its remedy. */
export const PLANTED: readonly Planted[] = [
  {
    fault: 'a gateway that was deleted',
    plant: ({ aws }) => aws.ec2.gateways.delete(GATEWAY),
    check: 'gateways',
    text: `${GATEWAY} is gone and its alarm watches nothing`,
    remedy: `aws cloudwatch delete-alarms --alarm-names natflow-${GATEWAY} --region eu-west-1`,
  },
  {
    fault: 'a gateway that failed',
    plant: ({ aws }) => aws.ec2.gateways.set(GATEWAY, { interfaces: [], state: 'failed' }),
    check: 'gateways',
    text: `${GATEWAY} is failed`,
    remedy: 'aws cloudwatch delete-alarms',
  },
  {
    fault: 'a flow log that may not be created',
    plant: ({ aws }) => aws.ec2.unsuccessful.set('eni-1', 'UnauthorizedOperation'),
    check: 'gateways',
    text: `${GATEWAY} cannot be recorded: access denied: the caller lacks ec2:CreateFlowLogs`,
    remedy:
      'aws iam simulate-principal-policy --action-names ec2:CreateFlowLogs --region eu-west-1 --policy-source-arn "$(aws lambda get-function-configuration --function-name natflow-controller',
  },
  {
    fault: 'a stack whose alarms were deleted',
    plant: ({ aws }) => aws.alarms.clear(),
    check: 'gateways',
    text: 'no alarm watches a NAT gateway',
    remedy: 'aws cloudformation detect-stack-drift --stack-name natflow',
  },
  {
    fault: 'a gateway that is metered by zone',
    plant: (each) => {
      each.aws.metered.length = 0;
      each.meter(GATEWAY);
      each.meter(REGIONAL, { NatGatewayId: REGIONAL, AvailabilityZone: 'eu-west-1a' });
    },
    check: 'metrics',
    text: `CloudWatch meters ${REGIONAL} by AvailabilityZone and NatGatewayId and its alarm evaluates BytesInFromSource by NatGatewayId and BytesInFromDestination by NatGatewayId`,
    remedy: `aws cloudwatch list-metrics --namespace AWS/NATGateway --region eu-west-1 --dimensions Name=NatGatewayId,Value=${REGIONAL}`,
  },
  {
    fault: 'a table that is gone',
    plant: ({ environment }) => Object.assign(environment, { NATFLOW_TABLE: 'gone-table' }),
    check: 'table',
    also: ['orphans'],
    text: 'dynamodb:PutItem: ResourceNotFoundException',
    remedy: 'aws dynamodb describe-table --table-name gone-table',
  },
  {
    fault: 'a flow log without a recording',
    plant: (each) => each.leaveFlowLog('fl-1', 'recording-of-long-ago'),
    check: 'orphans',
    text: '1 flow log of this stack without a recording',
    remedy: 'aws ec2 delete-flow-logs --flow-log-ids fl-1 --region eu-west-1',
  },
  {
    fault: 'a log group that takes no lines',
    plant: (each) => {
      each.leaveFlowLog('fl-1', 'recording-of-long-ago', 'cloud-watch-logs');
      each.aws.ec2.deliveries.set('fl-1', { status: 'FAILED', error: 'Access error' });
    },
    check: 'deliveries',
    also: ['orphans'],
    text: 'AWS cannot deliver the lines of fl-1 (cloud-watch-logs): Access error',
    remedy:
      "aws ec2 describe-flow-logs --filter 'Name=tag:natflow:stack,Values=natflow' --region eu-west-1",
  },
  {
    fault: 'an older macro',
    plant: ({ macro }) =>
      Object.assign(macro, { invoke: async () => ({ payload: { version: MACRO_VERSION - 1 } }) }),
    check: 'macro',
    text: `NatflowAlarms has version ${MACRO_VERSION - 1}, and this stack needs ${MACRO_VERSION}`,
    remedy: 'aws lambda get-function --function-name NatflowAlarms',
  },
  {
    fault: 'a macro that was removed',
    plant: ({ aws }) => aws.deployment.functions.delete('NatflowAlarms'),
    check: 'macro',
    text: 'NatflowAlarms: there is no such function in this region',
    remedy: 'aws lambda get-function --function-name NatflowAlarms',
  },
  {
    fault: 'a budget that is spent',
    plant: ({ aws, environment }) => {
      environment['NATFLOW_MONTHLY_BUDGET'] = '1';
      const minute = Math.floor(Date.now() / 60_000) * 60_000;
      const incomingBytes = new Map([[minute, 3 * 2 ** 30]]);
      Object.assign(aws.deployment, { incomingBytes, metricDelay: -60_000 });
    },
    check: 'budget',
    text: 'nothing is recorded until',
    remedy: `echo '{"command":"reset-budget"}' | aws lambda invoke --region eu-west-1`,
  },
  {
    fault: 'a budget whose metric cannot be read',
    plant: ({ aws, environment }) => {
      environment['NATFLOW_MONTHLY_BUDGET'] = '1';
      for (let i = 0; i < 3; i++) aws.faults.push({ call: 'GetMetricData', ...REFUSED });
    },
    check: 'budget',
    also: ['throughput'],
    text: 'no recording begins, because it is not known what was spent: access denied: the caller lacks cloudwatch:GetMetricData',
    remedy: 'aws cloudwatch list-metrics --namespace AWS/Firehose',
  },
  {
    fault: 'a stream without its tag',
    plant: ({ stream: { tags } }) => delete tags['LogDeliveryEnabled'],
    check: 'stream',
    text: 'natflow-stream lacks the tag LogDeliveryEnabled=true',
    remedy:
      "aws firehose tag-delivery-stream --delivery-stream-name natflow-stream --tags 'Key=LogDeliveryEnabled,Value=true'",
  },
  {
    fault: 'a stream that is being deleted',
    plant: ({ stream: found }) => Object.assign(found, { status: 'DELETING' }),
    check: 'stream',
    text: 'natflow-stream is DELETING, not ACTIVE',
    remedy: 'aws firehose describe-delivery-stream --delivery-stream-name natflow-stream',
  },
  {
    fault: 'a stream that throttles',
    plant: ({ aws }) => aws.deployment.streamMetrics.set('ThrottledRecords', 512),
    check: 'throughput',
    text: 'Firehose throttled 512 records in the last two weeks',
    remedy: 'aws service-quotas list-service-quotas --service-code firehose',
  },
  {
    fault: 'an archive that was deleted',
    plant: ({ aws }) => aws.buckets.clear(),
    check: 'archive',
    text: `s3://${ARCHIVE}/flows/: there is no such bucket`,
    remedy: `aws s3api head-bucket --bucket ${ARCHIVE}`,
  },
  {
    fault: 'a forwarder that has gone to sleep',
    plant: ({ forwarder }) => Object.assign(forwarder, { state: 'Inactive' }),
    check: 'forwarder',
    text: 'natflow-forwarder was inactive',
    remedy: 'aws lambda get-function-configuration --function-name natflow-forwarder',
  },
  {
    fault: 'a forwarder that does not start',
    plant: ({ forwarder }) =>
      Object.assign(forwarder, { invoke: async () => ({ error: 'settings: NATFLOW_RATE' }) }),
    check: 'forwarder',
    text: 'natflow-forwarder: settings: NATFLOW_RATE',
    remedy: 'aws logs tail /natflow/natflow/forwarder --since 10m',
  },
  {
    fault: 'a collector whose name does not resolve',
    plant: ({ forwarder }) => {
      const log = deliveryLog({ collector: 'collector.example:2055', message: 'unknown host' });
      forwarder.invoke = async () => ({ payload: { records: [] }, log });
    },
    check: 'collectors',
    text: 'collector.example:2055: unknown host',
    remedy: 'aws logs tail /natflow/natflow/forwarder',
  },
  {
    fault: 'a collector in a private network, and no subnets',
    plant: ({ forwarder }) => Object.assign(forwarder, { subnetIds: [], securityGroupIds: [] }),
    check: 'collectors',
    text: '10.0.9.9:2055 is a private address, which the forwarder reaches only with SubnetIds',
    remedy: 'aws cloudformation describe-stacks --stack-name natflow',
  },
  {
    fault: 'a security group that lets TCP out alone',
    plant: (each) => each.allow(6),
    check: 'collectors',
    text: '10.0.9.9:2055: sg-1 lets no UDP out to it',
    remedy:
      "aws ec2 authorize-security-group-egress --group-id sg-1 --ip-permissions 'IpProtocol=udp,FromPort=2055,ToPort=2055,IpRanges=[{CidrIp=10.0.9.9/32}]'",
  },
  {
    fault: 'a way to the collector through a watched gateway',
    plant: (each) => each.routeTo(GATEWAY),
    check: 'collectors',
    text: `10.0.9.9:2055: subnet-1 goes through ${GATEWAY}, which is watched`,
    remedy: 'aws ec2 describe-route-tables --filters',
  },
  {
    fault: 'a subscription that is not confirmed',
    plant: (each) => each.subscribe(false),
    check: 'subscription',
    text: `${EMAIL} has not confirmed its subscription`,
    remedy: `aws sns subscribe --topic-arn arn:aws:sns:eu-west-1:123456789012:natflow --protocol email --notification-endpoint ${EMAIL} --region eu-west-1`,
  },
  {
    fault: 'an address that has unsubscribed',
    plant: ({ aws }) => Object.assign(aws.deployment, { subscriptions: [] }),
    check: 'subscription',
    text: `${EMAIL} is not subscribed any more`,
    remedy: 'aws sns subscribe',
  },
  {
    fault: 'a continuous source whose flow log was deleted',
    plant: (each) => {
      each.exportAllTheTime('vpc-0a', 'tgw-0b');
      each.aws.ec2.flowLogs.delete('fl-tgw-0b');
    },
    check: 'continuous',
    text: 'tgw-0b has no flow log to the stream of ContinuousSources',
    remedy: "aws ec2 describe-flow-logs --filter 'Name=resource-id,Values=tgw-0b'",
  },
  {
    fault: 'a continuous source whose flow log goes elsewhere',
    plant: (each) => {
      each.exportAllTheTime('vpc-0a');
      const { flowLogs } = each.aws.ec2;
      for (const [id, flowLog] of flowLogs) flowLogs.set(id, { ...flowLog, destination: 'other' });
    },
    check: 'continuous',
    text: 'vpc-0a has no flow log to the stream',
    remedy: "aws ec2 describe-flow-logs --filter 'Name=resource-id,Values=vpc-0a'",
  },
  {
    fault: 'a continuous source whose lines AWS cannot deliver',
    plant: (each) => {
      each.exportAllTheTime('vpc-0a');
      each.aws.ec2.deliveries.set('fl-vpc-0a', { status: 'FAILED', error: 'Access error' });
    },
    check: 'continuous',
    text: 'AWS cannot deliver the lines of vpc-0a (fl-vpc-0a): Access error',
    remedy: "aws ec2 describe-flow-logs --filter 'Name=resource-id,Values=vpc-0a'",
  },
  {
    fault: 'a stream of continuous sources without its tag',
    plant: (each) => {
      each.exportAllTheTime('vpc-0a');
      delete each.continuousStream.tags['LogDeliveryEnabled'];
    },
    check: 'continuous',
    text: 'natflow-continuous lacks the tag LogDeliveryEnabled=true',
    remedy:
      "aws firehose tag-delivery-stream --delivery-stream-name natflow-continuous --tags 'Key=LogDeliveryEnabled,Value=true'",
  },
  {
    fault: 'a permission that the role has lost',
    plant: ({ aws }) => aws.faults.push({ call: 'ListTagsForDeliveryStream', ...REFUSED }),
    check: 'stream',
    also: ['archive'],
    text: 'natflow-stream: access denied: the caller lacks firehose:ListTagsForDeliveryStream',
    remedy: 'aws firehose describe-delivery-stream',
  },
];
