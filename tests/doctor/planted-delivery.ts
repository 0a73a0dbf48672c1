import { ARCHIVE, deliveryLog, GATEWAY } from './local-stack.ts';
import type { Planted } from './planted.ts';

/** Faults on the way of the lines: streams, archive, forwarder, collectors, continuous sources. */
export const PLANTED_ON_THE_WAY: readonly Planted[] = [
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
    fault: 'a central bucket that does not exist',
    plant: ({ environment }) => Object.assign(environment, { NATFLOW_CENTRAL_BUCKET: 'gone/a' }),
    check: 'summaries',
    text: 'there is no bucket gone, so no summary is written to it',
    remedy: 'aws s3api head-bucket --bucket gone --region eu-west-1',
  },
  {
    fault: 'a central bucket of which S3 does not answer',
    plant: ({ aws, environment }) => {
      environment['NATFLOW_CENTRAL_BUCKET'] = ARCHIVE;
      const how = { code: 'InternalError', status: 500 };
      for (let i = 0; i < 3; i++) aws.faults.push({ call: 'HeadBucket', how });
    },
    check: 'summaries',
    text: `s3://${ARCHIVE}: s3:HeadBucket: `,
    remedy: `aws s3api head-bucket --bucket ${ARCHIVE} --region eu-west-1`,
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
];
