import { control } from '../../services/controller/control.ts';
import { diagnosis } from '../../services/controller/doctor/diagnosis.ts';
import { readTold, writeTold } from '../../services/controller/following/told.ts';
import { portsOf } from '../../services/controller/ports.ts';
import { readBudgetState, writeBudgetState } from '../../services/controller/stored-budget.ts';
import { readState, writeState } from '../../services/controller/stored-state.ts';
import { STATE_TABLE } from '../../services/local-aws/dynamodb.ts';
import type { FakeAws } from '../../services/local-aws/fake-aws.ts';
import type { FakeFunction, FakeStream } from '../../services/local-aws/fake-deployment.ts';
import { FolderBucket } from '../../services/local-aws/folder-bucket.ts';
import { controllerPorts } from '../../shared/aws/controller-ports.ts';
import { doctorPorts } from '../../shared/aws/doctor-ports.ts';
import { stateItems } from '../../shared/aws/state-items.ts';
import { MACRO_NAME, MACRO_VERSION } from '../../shared/contract/macro.ts';
import { EMPTY_OUTBOX, OUTBOX_CODEC, OUTBOX_KEY } from '../../shared/contract/summary-outbox.ts';
import { controllerSettings } from '../../shared/settings/controller.ts';
import { changeItem } from '../../shared/state-item.ts';

export const GATEWAY = 'nat-0a1b2c3d4e5f60718';
export const REGIONAL = 'nat-0b1b2c3d4e5f60718';
export const ARCHIVE = 'natflow-archive';
export const EMAIL = 'ops@example.org';
const ACCOUNT = 'eu-west-1:123456789012';

/** The settings of the controller of a stack in these stand-ins. */
export function controllerEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: endpoint,
    NATFLOW_STACK: 'natflow',
    NATFLOW_TABLE: STATE_TABLE,
    NATFLOW_STREAM_ARN: `arn:aws:firehose:${ACCOUNT}:deliverystream/natflow-stream`,
    NATFLOW_TOPIC_ARN: `arn:aws:sns:${ACCOUNT}:natflow`,
    NATFLOW_EMAIL_ADDRESS: EMAIL,
    NATFLOW_SCHEDULE_GROUP: 'natflow',
    NATFLOW_SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/scheduler',
  };
}

/** A stack in which nothing is wrong, in the stand-ins for AWS. Functions are played by their answers. */
export class LocalStack {
  readonly aws: FakeAws;
  readonly stream: FakeStream = {
    status: 'ACTIVE',
    bucket: ARCHIVE,
    tags: { LogDeliveryEnabled: 'true' },
  };
  readonly continuousStream: FakeStream = {
    ...{ status: 'ACTIVE', bucket: ARCHIVE, tags: { LogDeliveryEnabled: 'true' } },
  };
  readonly forwarder: FakeFunction = {
    state: 'Active',
    environment: { NATFLOW_COLLECTORS: '10.0.9.9:2055,collector.example', NATFLOW_VERSION: '9' },
    subnetIds: ['subnet-1'],
    securityGroupIds: ['sg-1'],
    invoke: async () => ({ payload: { records: [] }, log: deliveryLog() }),
  };
  readonly macro: FakeFunction = {
    state: 'Active',
    invoke: async () => ({ payload: { version: MACRO_VERSION } }),
  };

  /** What is different about the controller's environment. */
  readonly environment: Record<string, string> = {};

  /** Replaces the stack that is in these stand-ins. */
  constructor(aws: FakeAws, folder: string) {
    this.aws = aws;
    const { ec2, deployment } = aws;
    for (const each of [ec2.gateways, ec2.flowLogs, ec2.unsuccessful, aws.alarms, aws.buckets])
      each.clear();
    for (const each of [deployment.streamMetrics, deployment.functions, deployment.streams])
      each.clear();
    ec2.deliveries.clear();
    deployment.incomingBytes = new Map();
    aws.metered.length = 0;
    ec2.gateways.set(GATEWAY, { interfaces: ['eni-1'] });
    ec2.gateways.set(REGIONAL, { interfaces: [], mode: 'regional' });
    ec2.network = {
      Subnets: [SUBNET],
      RouteTables: [routeTable('tgw-1')],
      SecurityGroups: [group(17)],
    };
    for (const gatewayId of [GATEWAY, REGIONAL]) {
      aws.alarms.set(`natflow-${gatewayId}`, { state: 'OK', since: 0 });
      this.meter(gatewayId);
    }
    aws.alarms.set('natflow-controller-errors', { state: 'OK', since: 0 });
    aws.buckets.set(ARCHIVE, new FolderBucket(folder));
    deployment.streams.set('natflow-stream', this.stream);
    deployment.functions.set('natflow-forwarder', this.forwarder);
    deployment.functions.set(MACRO_NAME, this.macro);
    deployment.roles.add('AWSServiceRoleForLogDelivery');
    this.subscribe(true);
  }

  meter(gatewayId: string, dimensions?: Readonly<Record<string, string>>): void {
    const bytes = { BytesInFromSource: 1, BytesInFromDestination: 1 };
    this.aws.metered.push({ gatewayId, at: 0, ...bytes, ...(dimensions && { dimensions }) });
  }

  subscribe(isConfirmed: boolean): void {
    this.aws.deployment.subscriptions = [{ protocol: 'email', endpoint: EMAIL, isConfirmed }];
  }

  leaveFlowLog(id: string, recordingId: string, destinationType = ''): void {
    const tags = {
      'natflow:stack': 'natflow',
      'natflow:gateway': GATEWAY,
      'natflow:recording': recordingId,
    };
    const text = {
      format: '',
      roleArn: '',
      destination: '',
      destinationType,
      trafficType: 'ALL',
    };
    const flowLog = { id, resourceId: 'eni-1', resourceType: 'NetworkInterface', interval: 60 };
    const createdAt = new Date(0).toISOString();
    this.aws.ec2.flowLogs.set(id, { ...flowLog, ...text, createdAt, beginsAt: 0, tags });
  }

  /** Gives the stack continuous sources, each with its flow log to a stream of their own. */
  exportAllTheTime(...sources: readonly string[]): void {
    const stream = `arn:aws:firehose:${ACCOUNT}:deliverystream/natflow-continuous`;
    this.environment['NATFLOW_CONTINUOUS_SOURCES'] = sources.join(', ');
    this.environment['NATFLOW_CONTINUOUS_STREAM_ARN'] = stream;
    this.aws.deployment.streams.set('natflow-continuous', this.continuousStream);
    for (const resourceId of sources) {
      this.aws.ec2.flowLogs.set(`fl-${resourceId}`, {
        ...{ id: `fl-${resourceId}`, resourceId, resourceType: 'VPC', trafficType: 'ALL' },
        ...{ destination: stream, destinationType: 'kinesis-data-firehose', format: '' },
        ...{ interval: 60, roleArn: '', createdAt: new Date(0).toISOString(), beginsAt: 0 },
        tags: { 'aws:cloudformation:stack-name': 'natflow' },
      });
    }
  }

  /** Leaves these keys in the outbox of CentralBucket. */
  async putInOutbox(...keys: readonly string[]): Promise<void> {
    const items = stateItems(this.aws.dynamoDb.client, STATE_TABLE, OUTBOX_CODEC);
    await changeItem('the outbox', items.item(OUTBOX_KEY), EMPTY_OUTBOX, () => ({ keys }));
  }

  routeTo(target: string): void {
    this.aws.ec2.network = { ...this.aws.ec2.network, RouteTables: [routeTable(target)] };
  }

  /** Leaves only rules for this protocol in the forwarder's security group. */
  allow(protocol: number): void {
    this.aws.ec2.network = { ...this.aws.ec2.network, SecurityGroups: [group(protocol)] };
  }

  /** The controller's answer to `doctor`, by the code that its function runs. */
  async doctor(): Promise<unknown> {
    const settings = controllerSettings({
      ...controllerEnvironment(this.aws.endpoint),
      ...this.environment,
    });
    const calls = controllerPorts(
      settings,
      { read: readState, write: writeState },
      { read: readBudgetState, write: writeBudgetState },
      { read: readTold, write: writeTold },
    );
    const ports = portsOf(calls, settings, () => {}, 'arn:self');
    return await control(ports, { command: 'doctor' }, 'natflow', {
      diagnose: async () => diagnosis(settings, ports, await doctorPorts(settings)),
    });
  }
}

/** The end of the forwarder's log after a delivery with these troubles. */
export function deliveryLog(...errors: { collector: string; message: string }[]): string {
  const metrics = JSON.stringify({ _aws: {}, Stack: 'natflow', BatchDurationMs: 1.5 });
  const troubles = JSON.stringify({ level: 'WARN', message: 'delivery', records: 0, errors });
  const lines = errors.length === 0 ? [metrics] : [metrics, troubles];
  return `START RequestId: 1\n${lines.join('\n')}\nEND RequestId: 1\n`;
}

const SUBNET = { SubnetId: 'subnet-1', VpcId: 'vpc-1', CidrBlock: '10.0.1.0/24' };

function routeTable(target: string) {
  const to = target.startsWith('nat-') ? { NatGatewayId: target } : { TransitGatewayId: target };
  return {
    RouteTableId: 'rtb-1',
    VpcId: 'vpc-1',
    Associations: [{ Main: true }],
    Routes: [{ DestinationCidrBlock: '10.0.0.0/8', ...to }],
  };
}

function group(protocol: number): object {
  const IpRanges = [{ CidrIp: '0.0.0.0/0' }];
  const rule = { IpProtocol: String(protocol), FromPort: 2055, ToPort: 2055, IpRanges };
  return { GroupId: 'sg-1', IpPermissionsEgress: [rule] };
}
