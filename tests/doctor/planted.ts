import { MACRO_VERSION } from '../../shared/contract/macro.ts';
import { EMAIL, GATEWAY, type LocalStack, REGIONAL } from './local-stack.ts';

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
    fault: 'a permission that the role has lost',
    plant: ({ aws }) => aws.faults.push({ call: 'ListTagsForDeliveryStream', ...REFUSED }),
    check: 'stream',
    also: ['archive'],
    text: 'natflow-stream: access denied: the caller lacks firehose:ListTagsForDeliveryStream',
    remedy: 'aws firehose describe-delivery-stream',
  },
];
