import type { BudgetAnswer } from '../../../shared/contract/budget.ts';
import type { Choice } from '../../../shared/gateway/followed.ts';
import type { NatGateway } from '../../../shared/gateway/nat-gateway.ts';
import type { RouteTable } from '../../../shared/gateway/route.ts';
import type { Ports } from '../reconcile.ts';
import type { FlowLog, State } from '../watch.ts';

/** Something that was asked of AWS: the answer, or a sentence that says why there is none. */
export type Fact<T> = { readonly value: T } | { readonly failure: string };

/** A metric of CloudWatch: what identifies its data points. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** An alarm of the stack on a gateway, and the metrics it evaluates. */
export interface GatewayAlarm {
  readonly name: string;
  readonly gatewayId: string;
  readonly metrics: readonly Metric[];
}

export interface Stream {
  readonly name: string;
  /** Firehose's DeliveryStreamStatus. */
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The bucket that it delivers to. */
  readonly bucket: string;
}

/** What CloudWatch metered of the stream in the last two weeks. */
export interface Throughput {
  /** Firehose's BytesPerSecondLimit; undefined without data points. */
  readonly bytesPerSecond: number | undefined;
  readonly throttledRecords: number;
}

/** A flow log of a continuous source to the stream of the continuous sources. */
export interface ContinuousFlowLog {
  readonly id: string;
  readonly resourceId: string;
  /** Why AWS cannot deliver its lines, as AWS says; undefined when it does not say so. */
  readonly undelivered: string | undefined;
}

/** What AWS says of the continuous sources. */
export interface Continuous {
  readonly stream: Stream;
  readonly throughput: Throughput;
  readonly flowLogs: readonly ContinuousFlowLog[];
}

/** What is known of the bucket of CentralBucket. */
export interface CentralBucket {
  /** Undefined: there is no such bucket. */
  readonly region: string | undefined;
  /** How many summaries the outbox has for it; undefined: none was ever put there. */
  readonly waiting: number | undefined;
}

/** A subscription of the topic. */
export interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

/** The forwarder's function, as Lambda describes it. */
export interface ForwarderFunction {
  readonly name: string;
  /** Lambda's State: `Active`, `Inactive`, `Pending` or `Failed`. */
  readonly state: string;
  readonly stateReason: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** A rule of a security group that lets datagrams or all protocols out. */
export interface EgressRule {
  readonly groupId: string;
  readonly fromPort: number;
  readonly toPort: number;
  /** Empty for a rule that names prefix lists or other groups, whose addresses are not known. */
  readonly cidrs: readonly string[];
}

/** The network of a function in a VPC. */
export interface FunctionNetwork {
  readonly subnets: readonly { readonly id: string; readonly vpcId: string }[];
  readonly routeTables: readonly RouteTable[];
  readonly egress: readonly EgressRule[];
}

/** A collector that the forwarder could not send to, and why. */
export interface CollectorError {
  readonly collector: string;
  readonly message: string;
}

/** What the forwarder made of a delivery without records; `errors` is undefined when its log does not say. */
interface EmptyDelivery {
  readonly errors: readonly CollectorError[] | undefined;
}

/** The stack's names of things. */
export interface StackNames {
  readonly stack: string;
  readonly region: string;
  readonly table: string;
  readonly streamArn: string;
  /** The ids of ContinuousSources, and the stream of their flow logs; undefined when it is empty. */
  readonly continuous:
    | { readonly sources: readonly string[]; readonly streamArn: string }
    | undefined;
  readonly topicArn: string;
  /** The stack's EmailAddress; undefined when it is empty. */
  readonly emailAddress: string | undefined;
  /** What gateways are followed by; undefined where NatGatewayIds lists ids alone. */
  readonly follows: Choice | undefined;
  /** The stack's DnsNames. */
  readonly dnsNames: boolean;
  /** The stack's CentralBucket, `bucket` or `bucket/prefix`; undefined when it is empty. */
  readonly centralBucket: string | undefined;
}

/** The flow logs of the stack, and the items read after them. */
export interface Recorded {
  readonly flowLogs: readonly FlowLog[];
  readonly items: readonly { readonly gatewayId: string; readonly state: State }[];
}

/** Everything that the checks look at. */
export interface Facts {
  readonly names: StackNames;
  readonly alarms: Fact<readonly GatewayAlarm[]>;
  readonly gateways: Fact<readonly NatGateway[]>;
  /** By gateway: whether CreateFlowLogs would be allowed. */
  readonly dryRuns: ReadonlyMap<string, Fact<void>>;
  /** The metrics of NAT gateways that had data points in the last two weeks. */
  readonly metered: Fact<readonly Metric[]>;
  readonly recorded: Fact<Recorded>;
  /** False when the condition of a save was not checked. */
  readonly table: Fact<boolean>;
  readonly serviceRole: Fact<boolean>;
  readonly stream: Fact<Stream>;
  readonly throughput: Fact<Throughput>;
  /** Undefined in a stack without continuous sources. */
  readonly continuous: Fact<Continuous> | undefined;
  readonly archive: Fact<void>;
  /** Whether query logs are in the archive; undefined where the stack asks for none. */
  readonly queryLogs: Fact<boolean | undefined>;
  /** Undefined in a stack without CentralBucket. */
  readonly central: Fact<CentralBucket> | undefined;
  readonly subscriptions: Fact<readonly Subscription[]>;
  readonly forwarder: Fact<ForwarderFunction>;
  readonly delivery: Fact<EmptyDelivery>;
  readonly network: Fact<FunctionNetwork>;
  /** The version of the macro; undefined for a stack that was deployed without it. */
  readonly macro: Fact<number | undefined>;
  /** How the budget stands; undefined: the stack has none. */
  readonly budget: Fact<BudgetAnswer | undefined>;
}

/** The calls that the facts are made of. Those of the controller itself are a part of them. */
export interface DoctorPorts extends Pick<Ports, 'flowLogs' | 'list' | 'save'> {
  gatewayAlarms(): Promise<readonly GatewayAlarm[]>;
  gateways(): Promise<readonly NatGateway[]>;
  /** Asks CreateFlowLogs for a dry run. @throws Error with the reason when it would be refused. */
  dryRun(gateway: NatGateway): Promise<void>;
  meteredMetrics(): Promise<readonly Metric[]>;
  hasServiceRole(): Promise<boolean>;
  stream(): Promise<Stream>;
  throughput(): Promise<Throughput>;
  continuous(sources: NonNullable<StackNames['continuous']>): Promise<Continuous>;
  /** @throws Error when the bucket cannot be listed. */
  listBucket(bucket: string): Promise<void>;
  hasQueryLogs(bucket: string): Promise<boolean>;
  central(bucketAndPrefix: string): Promise<CentralBucket>;
  subscriptions(): Promise<readonly Subscription[]>;
  forwarder(): Promise<ForwarderFunction>;
  /** Invokes the forwarder with a delivery of no records. @throws Error when it fails. */
  deliverNothing(): Promise<EmptyDelivery>;
  network(forwarder: ForwarderFunction): Promise<FunctionNetwork>;
  macroVersion(): Promise<number | undefined>;
  budget(): Promise<BudgetAnswer | undefined>;
}
