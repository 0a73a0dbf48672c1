import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { MACRO_NAME, readVersionAnswer, VERSION_COMMAND } from '../contract/macro.ts';
import { OUTBOX_CODEC, OUTBOX_KEY } from '../contract/summary-outbox.ts';
import { alarmNamePrefix, flowLogTarget, type NatGateway } from '../gateway/nat-gateway.ts';
import type { ControllerSettings } from '../settings/controller.ts';
import { describeAlarmMetrics, listNatGatewayMetrics } from './alarm-metrics.ts';
import { bucketRegion } from './bucket-region.ts';
import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { listFlowLogsTo } from './continuous-sources.ts';
import { describeDeliveryStream, streamThroughput } from './delivery-stream.ts';
import { flowLogs } from './flow-logs.ts';
import { describeFunction, invokeForLog, invokeFunction } from './functions.ts';
import { listNatGateways } from './nat-gateways.ts';
import { listEgressRules, listRouteTables, listSubnets } from './network.ts';
import { type Objects, openObjects } from './objects.ts';
import { hasLogDeliveryRole } from './service-roles.ts';
import { stateItems } from './state-items.ts';
import { listSubscriptions } from './subscriptions.ts';
import { summaryPlace } from './summaries.ts';

/** A delivery of Firehose without records. */
const EMPTY_DELIVERY = { invocationId: 'doctor', deliveryStreamArn: '', region: '', records: [] };
/** The macro answers a command without a call to AWS. */
const MACRO_ANSWER_MS = 20_000;
/** The forwarder waits for names that do not resolve, and may have to start in a VPC. */
const FORWARDER_ANSWER_MS = 40_000;

/** The AWS calls of the controller's checks of itself. Loaded on use: a recording needs none of them. */
export async function doctorPorts(settings: ControllerSettings) {
  const { stack, table, streamArn, topicArn } = settings;
  const client = { ...CLIENT_TIMEOUTS };
  const [ec2, cloudWatch, lambda] = [
    new EC2Client(client),
    new CloudWatchClient(client),
    new LambdaClient(client),
  ];
  const [firehose, objects] = [new FirehoseClient(client), await openObjects()];
  const outbox = stateItems(new DynamoDBClient(client), table, OUTBOX_CODEC).item(OUTBOX_KEY);
  const forwarder = `${stack}-forwarder`;
  return {
    gatewayAlarms: () => describeAlarmMetrics(cloudWatch, alarmNamePrefix(stack)),
    gateways: () => listNatGateways(ec2),
    dryRun: (gateway: NatGateway) =>
      flowLogs(ec2, settings).dryRun(gateway.id, flowLogTarget(gateway)),
    meteredMetrics: () => listNatGatewayMetrics(cloudWatch),
    hasServiceRole: () => hasLogDeliveryRole(new IAMClient(client)),
    stream: () => describeDeliveryStream(firehose, streamArn),
    throughput: () => streamThroughput(cloudWatch, streamArn),
    continuous: async ({ sources, streamArn: arn }: ContinuousNames) => ({
      stream: await describeDeliveryStream(firehose, arn),
      throughput: await streamThroughput(cloudWatch, arn),
      flowLogs: await listFlowLogsTo(ec2, sources, arn),
    }),
    ...archiveCalls(objects),
    central: async (bucketAndPrefix: string) => ({
      region: await bucketRegion(summaryPlace(bucketAndPrefix).bucket),
      waiting: (await outbox.load())?.state.keys.length,
    }),
    subscriptions: () => listSubscriptions(new SNSClient(client), topicArn),
    forwarder: () => describeFunction(lambda, forwarder),
    deliverNothing: () => invokeForLog(forwarder, EMPTY_DELIVERY, FORWARDER_ANSWER_MS),
    network: async ({ subnetIds, securityGroupIds }: Network) => {
      const subnets = await listSubnets(ec2, subnetIds);
      const vpcIds = [...new Set(subnets.map(({ vpcId }) => vpcId))];
      return {
        subnets,
        routeTables: vpcIds.length === 0 ? [] : await listRouteTables(ec2, vpcIds),
        egress: await listEgressRules(ec2, securityGroupIds),
      };
    },
    macroVersion: async () => (settings.hasMacro ? await macroVersion() : undefined),
  };
}

/** The calls about the archive. */
function archiveCalls(objects: Objects) {
  return {
    listBucket: async (bucket: string) => {
      for await (const _ of objects.list({ bucket, prefix: 'flows/' })) break;
    },
    hasQueryLogs: async (bucket: string) => {
      for await (const _ of objects.list({ bucket, prefix: 'dns/' })) return true;
      return false;
    },
  };
}

async function macroVersion(): Promise<number> {
  const answer = await invokeFunction(MACRO_NAME, VERSION_COMMAND, MACRO_ANSWER_MS);
  return readVersionAnswer(answer).version;
}

type ContinuousNames = NonNullable<ControllerSettings['continuous']>;

interface Network {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}
