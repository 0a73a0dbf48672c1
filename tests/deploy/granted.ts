import { readTemplate } from '../template/cloudformation.ts';
import { statements } from '../template/policies.ts';

/** What a run without anything optional has no occasion for. */
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
  // Firehose looks before it writes, and writes large objects in parts.
  's3:AbortMultipartUpload',
  's3:GetBucketLocation',
  's3:ListBucketMultipartUploads',
  // The first flow log to Firehose ever in an account.
  'iam:CreateServiceLinkedRole',
  // An answer over 6 MB, a recording that ends sooner than planned, an event given up.
  'firehose:PutRecordBatch',
  'scheduler:UpdateSchedule',
  'sqs:SendMessage',
].sort();

/** The actions that roles of a stack without anything optional may take. */
export function grantedActions(): string[] {
  const stack = statements(readTemplate('template.yaml'));
  const ofRoles = stack.filter(
    ({ effect, path, principal }) =>
      effect === 'Allow' && principal === undefined && !/Replay|Insights/.test(path),
  );
  return [...new Set(ofRoles.flatMap(({ actions }) => actions))];
}
