import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoDb, STATE_TABLE } from '../../services/local-aws/dynamodb.ts';
import type { PublishedMetrics } from '../../services/local-aws/embedded-metrics.ts';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import { delivery, wrapped } from './deliveries.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/forwarder');
const FORMAT = 'srcaddr dstaddr srcport dstport protocol packets bytes start end';

/** The settings of all environments of a fleet. */
export interface FleetSettings {
  readonly database: DynamoDb;
  /** The endpoint of the table, if not the database's. */
  readonly endpoint?: string;
  /** host:port */
  readonly collectors: string;
  /** The stack's ExporterOptions, if not the default. */
  readonly exporterOptions?: string;
}

/** An execution environment of the forwarder with a unique name. */
export class FleetMember {
  readonly #name: string;
  readonly #database: DynamoDb;
  readonly #lambda: LambdaFunction;
  #delivered = 0;

  constructor(name: string, version: Version, settings: FleetSettings) {
    this.#name = name;
    this.#database = settings.database;
    this.#lambda = new LambdaFunction({
      bundle: BUNDLE,
      timeoutMs: 20_000,
      env: {
        AWS_LAMBDA_LOG_STREAM_NAME: name,
        AWS_ENDPOINT_URL_DYNAMODB: settings.endpoint ?? settings.database.endpoint,
        NATFLOW_TABLE: STATE_TABLE,
        NATFLOW_COLLECTORS: settings.collectors,
        NATFLOW_VERSION: String(version),
        NATFLOW_EXPORTER_OPTIONS: settings.exporterOptions ?? '',
        NATFLOW_LEGS: 'all',
        // Enough for a burst of all environments to fit the collector's buffer.
        NATFLOW_RATE: '100000',
        NATFLOW_LOG_FORMAT: FORMAT,
      },
    });
  }

  /** Delivers this many flows, whose bytes are their numbers, from `first` on. Throws when the environment ends. */
  async deliver(flows: number, first: number): Promise<void> {
    const lines = Array.from({ length: flows }, (_, i) =>
      wrapped(`10.0.0.7 203.0.113.9 1024 443 6 1 ${first + i} 1795338000 1795338060`),
    );
    await this.#lambda.call(delivery(...lines));
    this.#delivered++;
  }

  /** The number of deliveries that used the fallback identity. */
  get fallbacks(): number {
    return this.#lambda.metrics.filter(didFallBack).length;
  }

  async kill(): Promise<void> {
    await this.#lambda.close();
  }

  /**
   * Advances the clock beyond the lease of an environment that ended. Not if its last reservation was not answered
   * (on a busy machine), because it is unknown whether those numbers were reserved.
   */
  async endLease(): Promise<void> {
    // The answer may arrive before the last log line.
    const { metrics } = this.#lambda;
    for (let wait = 0; wait < 1000 && metrics.length < this.#delivered; wait++) await sleep(10);
    const last = metrics.at(-1);
    if (last !== undefined && didFallBack(last)) return;
    const { client } = this.#database;
    const { Items = [] } = await client.send(new ScanCommand({ TableName: STATE_TABLE }));
    for (const { pk, slotOwner } of Items) {
      if (pk === undefined || !slotOwner?.S?.startsWith(`${this.#name} `)) continue;
      await client.send(
        new UpdateItemCommand({
          TableName: STATE_TABLE,
          Key: { pk },
          UpdateExpression: 'SET leaseEnd = :past',
          ExpressionAttributeValues: { ':past': { N: '1' } },
        }),
      );
    }
  }
}

function didFallBack({ values }: PublishedMetrics): boolean {
  return values['LeaseFallbacks'] === 1;
}

/** The course of a fleet's run. */
export interface FleetRun extends FleetSettings {
  readonly environments: number;
  readonly deliveries: number;
  readonly versions: readonly Version[];
  /** Whether an environment is replaced after this delivery. */
  readonly isReplaced: (delivery: number) => boolean;
  /** The milliseconds after which it is killed during this delivery; undefined: it is not. */
  readonly killedAfterMs?: (delivery: number) => number | undefined;
}

/** Flows are numbered by their bytes. `killed` has the numbers of flows whose delivery was cut short. */
export interface FleetResult {
  readonly flows: number;
  readonly killed: ReadonlySet<number>;
  readonly fallbacks: number;
}

/**
 * Runs deliveries on concurrent environments; the next free environment takes the next delivery. Replaces
 * environments from time to time.
 */
export async function runFleet(run: FleetRun): Promise<FleetResult> {
  let next = 0;
  let started = 0;
  let flows = 0;
  let fallbacks = 0;
  const killed = new Set<number>();
  const members: FleetMember[] = [];
  const start = () => {
    const version = run.versions[started % run.versions.length] ?? 5;
    const member = new FleetMember(`environment-${started++}`, version, run);
    members.push(member);
    return member;
  };
  const end = async (member: FleetMember) => {
    await member.kill();
    await member.endLease();
    fallbacks += member.fallbacks;
  };
  const deliver = async (member: FleetMember, number: number): Promise<boolean> => {
    const count = 1 + (number % 70);
    const first = flows;
    flows += count;
    const delivered = member.deliver(count, first);
    const fatalMs = run.killedAfterMs?.(number);
    if (fatalMs === undefined) {
      await delivered;
      return true;
    }
    await Promise.allSettled([delivered, sleep(fatalMs).then(() => member.kill())]);
    for (let flow = first; flow < first + count; flow++) killed.add(flow);
    return false;
  };
  const work = async () => {
    let member = start();
    for (let number = next++; number < run.deliveries; number = next++) {
      if ((await deliver(member, number)) && !run.isReplaced(number)) continue;
      await end(member);
      member = start();
    }
    await end(member);
  };
  try {
    await Promise.all(Array.from({ length: run.environments }, work));
  } finally {
    // When one fails, the others are still running.
    await Promise.all(members.map((member) => member.kill()));
  }
  return { flows, killed, fallbacks };
}
