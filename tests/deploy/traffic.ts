import { gzipSync } from 'node:zlib';
import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { parseFormat } from '../../shared/flowlog/format.ts';
import { exchangeWriter } from '../../shared/flowlog/nat-exchange.ts';
import type { Collector, Trouble } from '../collectors/program.ts';
import { type Cloud, connection } from './cloud.ts';

/** The part of EC2's description of a flow log that is read. */
export interface FlowLog {
  readonly FlowLogId: string;
  readonly ResourceId: string;
  readonly LogFormat: string;
  readonly LogDestination: string;
  readonly LogDestinationType: string;
  readonly MaxAggregationInterval: number;
  readonly TrafficType: string;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** The properties of a flow log that its lines depend on. */
type Recorded = Pick<FlowLog, 'LogFormat' | 'ResourceId'>;

/** The bytes that a client and a host beyond the gateway sent each other in one aggregation window. */
export interface Exchange {
  readonly client: string;
  readonly port: number;
  readonly peer: string;
  /** AWS's service of the peer, `-` without one. */
  readonly service: string;
  readonly up: number;
  readonly down: number;
  /** Unix seconds. */
  readonly start: number;
}

const GATEWAY = '10.0.0.220';
const WINDOW_S = 59;
const PACKET = 1000;
const BATCH = 500;

/** The lines of a NAT gateway's flow log, in the flow log's own format. */
export function linesOf(
  { LogFormat, ResourceId }: Recorded,
  exchanges: readonly Exchange[],
): string[] {
  const values = { version: 9, 'account-id': '000000000000', 'interface-id': ResourceId };
  const write = exchangeWriter(parseFormat(LogFormat), { address: GATEWAY, values });
  return exchanges.flatMap(({ client, port, peer, service, up, down, start }) =>
    write({
      ...{ client, peer, start, end: start + WINDOW_S, service, tcpFlags: 19 },
      clientPort: port,
      gatewayPort: port + 1,
      peerPort: 443,
      up: { bytes: up, packets: packets(up) },
      down: { bytes: down, packets: packets(down) },
    }),
  );
}

/** Puts lines into the flow log's stream as log delivery does: one `{"message":…}` record per line. */
export async function deliver(
  cloud: Cloud,
  flowLog: FlowLog,
  lines: readonly string[],
): Promise<void> {
  const stream = flowLog.LogDestination.split('/').at(-1) ?? '';
  const firehose = new FirehoseClient(connection(cloud.endpoint));
  for (let i = 0; i < lines.length; i += BATCH) {
    const Records = lines
      .slice(i, i + BATCH)
      .map((message) => ({ Data: Buffer.from(JSON.stringify({ message })) }));
    await firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: stream, Records }));
  }
  firehose.destroy();
}

/** The flows that a collector should have: each direction between client and host once. */
export function flowsOf(exchanges: readonly Exchange[]): string[] {
  return exchanges
    .flatMap(({ client, port, peer, up, down, start }) => [
      flow(`${client}:${port}`, `${peer}:443`, up, start),
      flow(`${peer}:443`, `${client}:${port}`, down, start),
    ])
    .sort();
}

/** Stops a collector and returns its flows and the trouble that it reported. */
export async function heldBy(collector: Collector): Promise<{ flows: string[]; trouble: Trouble }> {
  const flows: string[] = [];
  const trouble = await collector.stop((each) => {
    const from = `${each.source}:${each.sourcePort}`;
    const to = `${each.destination}:${each.destinationPort}`;
    flows.push(flow(from, to, each.bytes, (each.start ?? 0) / 1000));
  });
  return { flows: flows.sort(), trouble };
}

/** A flow of one window as text, for comparison. */
export function flow(from: string, to: string, bytes: number | bigint, start: number): string {
  return `${from} > ${to} ${bytes} bytes in ${packets(Number(bytes))} packets from ${start} to ${start + WINDOW_S}`;
}

function packets(bytes: number): number {
  return Math.ceil(bytes / PACKET);
}

/** Blocks of hosts of eu-west-1 in `tests/fixtures/ip-ranges.json`, and one outside AWS. */
const PEERS = [
  ['192.0.2', 'S3'],
  ['198.51.100', 'DYNAMODB'],
  ['203.0.113', '-'],
] as const;

/** Distinct exchanges that end now, of clients in two subnets with hosts of S3, of DynamoDB and outside AWS. */
export function traffic(count: number): Exchange[] {
  const start = Math.floor(Date.now() / 1000) - WINDOW_S - 1;
  return Array.from({ length: count }, (_, i) => {
    const [block, service] = PEERS[i % PEERS.length] ?? PEERS[0];
    return {
      client: `172.31.${1 + 16 * (i % 2)}.${(i % 200) + 1}`,
      port: 20_000 + i,
      ...{ peer: `${block}.${(i % 100) + 1}`, service },
      up: 1_000 + i,
      down: 5_000_000_000 + i,
      start,
    };
  });
}

/** A flow log file as AWS writes it to a bucket: header and lines. */
export function fileOf(flowLog: Recorded, exchanges: readonly Exchange[]): Buffer {
  const header = flowLog.LogFormat.replace(/[${}]/g, '');
  return gzipSync(`${[header, ...linesOf(flowLog, exchanges)].join('\n')}\n`);
}

/** The bytes of all exchanges in one direction. */
export function total(exchanges: readonly Exchange[], direction: 'up' | 'down'): number {
  return exchanges.reduce((sum, exchange) => sum + exchange[direction], 0);
}
