import { FieldPositions } from '../../shared/flowlog/field-positions.ts';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import {
  type Counter,
  type Exchange,
  exchangeWriter,
  type LoggedGateway,
  statusLine,
} from '../../shared/flowlog/nat-exchange.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import { addCounts } from '../../shared/flowlog/source.ts';
import { pricesOf } from '../../shared/prices/prices.ts';
import { Aggregate, type AggregateOptions } from '../../shared/report/measure/aggregate.ts';
import type { FlowSink } from '../../shared/report/measure/flow-sink.ts';
import { buildReport, type ReportContext } from '../../shared/report/model/build.ts';
import { knownInterfaces } from '../../shared/report/model/network.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { GIB } from '../../shared/text/units.ts';

export const GATEWAY = 'nat-0c11aa22bb33cc44d';
export const INTERFACE = 'eni-0a11bb22cc33dd44e';
export const VPC = 'vpc-0aa11bb22cc33dd44';
const GATEWAY_ADDRESS = '10.20.0.220';
const RECORDED = { version: 5, 'account-id': '123456789012', 'interface-id': INTERFACE };
const LOGGED_GATEWAY: LoggedGateway = {
  address: GATEWAY_ADDRESS,
  values: {
    ...RECORDED,
    'vpc-id': VPC,
    'subnet-id': 'subnet-0bb22cc33dd44ee55',
    'az-id': 'use1-az1',
  },
};
/** 2026-11-22 10:14:30 to 10:28:40 UTC. */
export const START = Date.UTC(2026, 10, 22, 10, 14, 30) / 1000;
const END = START + 850;

interface Talk {
  readonly client: string;
  readonly peer: string;
  readonly service: string;
  readonly port?: number;
  readonly downGib: number;
  readonly upGib: number;
}

const others = Array.from({ length: 37 }, (_, index) => `10.20.${6 + (index % 2)}.${20 + index}`);
const other = (peer: string, service: string, downGib: number, upGib: number): Talk[] =>
  others.map((client) => ({ client, peer, service, downGib: downGib / 37, upGib: upGib / 37 }));

/** The traffic while an ETL job read a bucket through the NAT gateway: 41.60 GiB. */
const TALKS: readonly Talk[] = [
  { client: '10.20.3.41', peer: '52.216.8.51', service: 'S3', downGib: 20.01, upGib: 0.2 },
  { client: '10.20.3.41', peer: '52.216.9.12', service: 'S3', downGib: 11.2, upGib: 0.1 },
  { client: '10.20.3.41', peer: '18.205.93.7', service: 'AMAZON', downGib: 2.15, upGib: 0.09 },
  { client: '10.20.3.41', peer: '3.218.180.9', service: 'DYNAMODB', downGib: 0.13, upGib: 0.05 },
  { client: '10.20.3.41', peer: '198.51.100.9', service: '-', downGib: 0.02, upGib: 0 },
  { client: '10.20.3.17', peer: '52.216.8.51', service: 'S3', downGib: 3.1, upGib: 0.07 },
  { client: '10.20.3.17', peer: '18.205.93.7', service: 'AMAZON', downGib: 0.6, upGib: 0.05 },
  { client: '10.20.3.17', peer: '3.218.180.9', service: 'DYNAMODB', downGib: 0.39, upGib: 0.05 },
  { client: '10.20.5.8', peer: '203.0.113.77', service: '-', downGib: 0.71, upGib: 1.16 },
  ...other('52.216.8.51', 'S3', 0.41, 0.03),
  ...other('13.32.4.4', 'CLOUDFRONT', 0.4, 0.04),
  ...other('18.205.93.7', 'AMAZON', 0.13, 0.03),
  ...other('198.51.100.9', '-', 0.45, 0.03),
];

/** The share of the traffic in each window: a spike that rises and falls. */
const SHAPE = [1, 4, 9, 10, 10, 9.5, 10, 10, 9, 9.5, 8, 6, 3, 1, 0.6];

/** The story as flow log text with a header: four lines per exchange. */
export function storyLines(): string {
  const lines = [RECORDING_FORMAT.join(' ')];
  const write = exchangeWriter(RECORDING_FORMAT, LOGGED_GATEWAY);
  const sum = SHAPE.reduce((a, b) => a + b, 0);
  for (const [window, weight] of SHAPE.entries()) {
    const from = START + window * 60;
    const to = Math.min(from + 59, END);
    for (const [index, talk] of TALKS.entries()) {
      lines.push(...write(exchangeOf(talk, weight / sum, { from, to, port: 20_000 + index })));
    }
  }
  for (const status of ['NODATA', 'SKIPDATA', 'SKIPDATA'] as const) {
    lines.push(statusLine(RECORDING_FORMAT, RECORDED, status, [START, START + 60]));
  }
  for (let index = 0; index < 9; index++) lines.push(scan(index));
  return `${lines.join('\n')}\n`;
}

function exchangeOf(
  { client, peer, service, port: peerPort = 443, upGib, downGib }: Talk,
  share: number,
  { from, to, port }: { from: number; to: number; port: number },
): Exchange {
  return {
    ...{ client, peer, service, peerPort, start: from, end: to, tcpFlags: 0 },
    clientPort: port,
    gatewayPort: port,
    up: counter(upGib * share),
    down: counter(downGib * share),
  };
}

function counter(gib: number): Counter {
  const bytes = Math.round(gib * GIB);
  return { bytes, packets: Math.ceil(bytes / 1400) };
}

function scan(index: number): string {
  const peer = `198.51.100.${200 + (index % 4)}`;
  const ports = `${40_000 + index} ${[22, 23, 3389][index % 3]}`;
  return `5 123456789012 ${INTERFACE} ${peer} ${GATEWAY_ADDRESS} ${ports} 6 1 44 ${START + index} ${START + index} REJECT OK ${VPC} subnet-0bb22cc33dd44ee55 2 IPv4 ${peer} ${GATEWAY_ADDRESS} use1-az1 - - ingress - - -`;
}

/** EC2's description of the VPC: two private subnets, and the given gateway endpoints. */
export function storyNetwork(endpoints: readonly object[] = []) {
  const table = (id: string, subnet: string) => ({
    RouteTableId: id,
    VpcId: VPC,
    Associations: [{ Main: false, SubnetId: subnet }],
    Routes: [{ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: GATEWAY }],
  });
  const subnet = (id: string, block: string) => ({ SubnetId: id, VpcId: VPC, CidrBlock: block });
  const instance = (InstanceId: string, PrivateIpAddress: string, name: string) => ({
    InstanceId,
    VpcId: VPC,
    PrivateIpAddress,
    Tags: [{ Key: 'Name', Value: name }],
  });
  return {
    VpcEndpoints: endpoints,
    RouteTables: [table('rtb-0bb1', 'subnet-01'), table('rtb-0bb2', 'subnet-02')],
    Subnets: [subnet('subnet-01', '10.20.0.0/22'), subnet('subnet-02', '10.20.4.0/22')],
    NatGateways: [
      {
        NatGatewayId: GATEWAY,
        VpcId: VPC,
        Tags: [{ Key: 'Name', Value: 'prod-egress-a' }],
        NatGatewayAddresses: [{ NetworkInterfaceId: INTERFACE }],
      },
    ],
    NetworkInterfaces: [
      {
        NetworkInterfaceId: 'eni-0ec5',
        VpcId: VPC,
        PrivateIpAddress: '10.20.5.8',
        TagSet: [{ Key: 'aws:ecs:serviceName', Value: 'api' }],
      },
    ],
    Reservations: [
      { Instances: [instance('i-0ab1', '10.20.3.41', 'etl-worker-7')] },
      { Instances: [instance('i-0cd2', '10.20.3.17', 'etl-worker-2')] },
    ],
  };
}

/** CloudWatch's metrics of that time: slightly more than the bytes of the flows. */
export function storyMetrics() {
  const sum = SHAPE.reduce((a, b) => a + b, 0);
  const first = START - (START % 60);
  const stamps = SHAPE.map((_, minute) => new Date((first + minute * 60) * 1000).toISOString());
  // Flow log windows begin at half past the minute, CloudWatch's at the full minute.
  const halves = SHAPE.map((weight, minute) => (weight + (SHAPE[minute - 1] ?? 0)) / 2);
  const last = (SHAPE.at(-1) ?? 0) / 2;
  const values = (gib: number) =>
    halves.map((weight) => Math.round((weight / (sum - last)) * gib * GIB));
  return {
    MetricDataResults: [
      { Id: 'down', Label: 'BytesInFromDestination', Timestamps: stamps, Values: values(40.37) },
      { Id: 'up', Label: 'BytesInFromSource', Timestamps: stamps, Values: values(1.94) },
      { Id: 'out', Label: 'BytesOutToSource', Timestamps: stamps, Values: values(40.37) },
    ],
  };
}

/** These interfaces are NAT gateways', whatever their lines show. */
export function asGateways(...names: readonly string[]): Pick<AggregateOptions, 'known'> {
  const fact = { by: 'described', address: undefined } as const;
  return { known: { gateways: new Map(names.map((name) => [name, fact])), others: new Set() } };
}

/** Reads flow log text to its report. */
export function reportOn(
  text: string | Uint8Array,
  context: Partial<ReportContext> = {},
  options: AggregateOptions = {},
): Report {
  const known = knownInterfaces(context.network);
  return reportOf(aggregateOf(text, { known, ...options }), context);
}

/** Concludes the report of sums. */
export function reportOf(aggregate: Aggregate, context: Partial<ReportContext> = {}): Report {
  return buildReport(aggregate, {
    version: '0.0.0',
    now: Date.UTC(2026, 10, 22, 10, 29, 10),
    region: { name: 'us-east-1', isAssumed: false },
    prices: pricesOf('us-east-1'),
    top: 10,
    ...context,
  });
}

/** The sums of a flow log text. */
export function aggregateOf(text: string | Uint8Array, options: AggregateOptions = {}): Aggregate {
  const aggregate = new Aggregate(options);
  readInto(aggregate, text);
  return aggregate;
}

/** Reads flow log text. */
export function readInto(sink: FlowSink, text: string | Uint8Array): void {
  const parser = new FlowLogParser({
    positions: FieldPositions.of(sink.fields),
    onFlow: (flow) => sink.add(flow),
    onOther: (outcome, line) => sink.addOther(outcome, line),
  });
  const bytes = Buffer.from(text);
  sink.textBytes = bytes.length;
  parser.write(bytes);
  parser.end();
  addCounts(sink.records, parser.counts);
}
