import { readTemplate } from '../template/cloudformation.ts';
import { statements } from '../template/policies.ts';

/** Granted actions that the test of a stack without options does not use. */
export const NOT_HERE = [
  // Lambda attaches functions to subnets, and writes their logs.
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:UnassignPrivateIpAddresses',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  // Doctor looks at the network of a forwarder with SubnetIds.
  'ec2:DescribeSecurityGroups',
  // Firehose checks the bucket first, and writes large objects in parts.
  's3:AbortMultipartUpload',
  's3:GetBucketLocation',
  's3:ListBucketMultipartUploads',
  // Needed once per account, for its first flow log to Firehose.
  'iam:CreateServiceLinkedRole',
  // A gateway that comes after the deployment: following.deploy.ts.
  'cloudformation:ListStackResources',
  'cloudwatch:DeleteAlarms',
  'cloudwatch:PutMetricAlarm',
  'cloudwatch:TagResource',
  // The same with AnomalyBand.
  'cloudwatch:DeleteAnomalyDetector',
  'cloudwatch:PutAnomalyDetector',
  // An answer over 6 MB, an event that failed all its retries.
  'firehose:PutRecordBatch',
  'sqs:SendMessage',
].sort();

/** A forwarder counts the others that send where it sends twice within 90 seconds: exporter-senders.large.ts. */
export const AT_TIMES = ['dynamodb:BatchGetItem'];

/** The actions that the roles of a stack without options are allowed. */
export function grantedActions(): string[] {
  const stack = statements(readTemplate('template.yaml'));
  const ofRoles = stack.filter(
    ({ effect, path, principal }) =>
      effect === 'Allow' && principal === undefined && !/Replay|Insights|Destination/.test(path),
  );
  return [...new Set(ofRoles.flatMap(({ actions }) => actions))];
}
