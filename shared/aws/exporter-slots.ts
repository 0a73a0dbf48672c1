import type {
  AttributeValue,
  DynamoDBClientConfig,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { inTime } from '../deadline.ts';
import type { Version } from '../netflow/exporter.ts';
import {
  advance,
  derivedIdentity,
  type ExporterIdentity,
  FIRST_DERIVED_DOMAIN,
  type Reservation,
  type SequenceUnits,
} from '../netflow/exporter-identity.ts';

/** The table of the slots, and time limits in milliseconds. */
export interface SlotSettings {
  readonly table: string;
  /** The environment's name, AWS_LAMBDA_LOG_STREAM_NAME. The fallback domain is derived from it. */
  readonly environment: string;
  /** Slot n has the domain `domainBase` + n + 1, so that stacks behind one address can have separate ranges. */
  readonly domainBase?: number;
  /** The duration of a lease. It must be longer than an invocation. */
  readonly leaseMs?: number;
  /** The longest time that an invocation waits for the table. */
  readonly patienceMs?: number;
  /** The pause after the table failed. It doubles with each further failure. */
  readonly pauseMs?: number;
  /** Unix milliseconds. */
  readonly now?: () => number;
  readonly connection?: DynamoDBClientConfig;
}

/** A slot that this environment leases: its number from 0, and its next sequence numbers. */
interface Slot {
  readonly number: number;
  readonly next: Readonly<Record<Version, number>>;
}

/** Performs a conditional update. Resolves with the new item, or undefined when the condition did not hold. */
type Update = (
  input: Omit<UpdateItemCommandInput, 'TableName' | 'ReturnValues'>,
  signal: AbortSignal,
) => Promise<Record<string, AttributeValue> | undefined>;

/** Firehose waits at most five minutes for a transformation. */
const LEASE_MS = 6 * 60_000;
const PATIENCE_MS = 500;
/** Loading the SDK and its credentials takes a fraction of a second, on a starved machine more. */
const CONNECT_MS = 5000;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * An exporter identity leased in DynamoDB, one item per slot. The environment leases the lowest free slot and
 * continues its sequence numbers. Reserving numbers renews the lease, in one conditional update. When the
 * table does not answer in time, the reservation uses a domain derived from the environment's name, and its
 * `fallback` gives the reason.
 */
export class ExporterSlots implements ExporterIdentity {
  readonly #settings: SlotSettings;
  readonly #owner: string;
  readonly #now: () => number;
  readonly #derived: ExporterIdentity;
  readonly #domainBase: number;
  #connecting: Promise<Update> | undefined;
  #update: Update | undefined;
  #slot: Slot | undefined;
  #failure = '';
  #pausedUntil = 0;
  #pauseMs: number;

  constructor(settings: SlotSettings) {
    this.#settings = settings;
    // Names are unique in Lambda, but not for two processes on one machine.
    this.#owner = `${settings.environment} ${Math.random().toString(36).slice(2)}`;
    this.#now = settings.now ?? Date.now;
    this.#derived = derivedIdentity(settings.environment);
    this.#domainBase = settings.domainBase ?? 0;
    this.#pauseMs = settings.pauseMs ?? PAUSE_MS;
  }

  /** Starts to load the SDK, so that the first reservation waits less. A failure is retried by that reservation. */
  prepare(): void {
    this.#connecting ??= connect(this.#settings);
    this.#connecting.catch(() => {
      this.#connecting = undefined;
    });
  }

  async reserve(units: SequenceUnits): Promise<Reservation> {
    if (this.#now() >= this.#pausedUntil) {
      try {
        this.prepare();
        const connecting = async () => await this.#connecting;
        this.#update = await within(CONNECT_MS, 'no AWS credentials', connecting);
        const patience = this.#settings.patienceMs ?? PATIENCE_MS;
        const reserving = (signal: AbortSignal) => this.#reserve(units, signal);
        const reservation = await within(patience, 'no answer from DynamoDB', reserving);
        this.#pauseMs = this.#settings.pauseMs ?? PAUSE_MS;
        return reservation;
      } catch (error) {
        this.#failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        this.#pausedUntil = this.#now() + this.#pauseMs;
        this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
    return { ...(await this.#derived.reserve(units)), fallback: this.#failure };
  }

  async #reserve(units: SequenceUnits, signal: AbortSignal): Promise<Reservation> {
    for (;;) {
      // Stored before the request: if its response is lost, the next reservation starts from these numbers again.
      this.#slot ??= await this.#takeLowest(signal);
      const slot = this.#slot;
      const next = advance(slot.next, units);
      const isOurs = await this.#renew(slot.number, next, signal);
      signal.throwIfAborted();
      this.#slot = isOurs ? { number: slot.number, next } : undefined;
      // Domain 0 means that no specific domain applies: RFC 7011 section 3.1.
      if (isOurs) return { domain: this.#domainBase + slot.number + 1, sequence: slot.next };
    }
  }

  async #takeLowest(signal: AbortSignal): Promise<Slot> {
    const slots = FIRST_DERIVED_DOMAIN - 1 - this.#domainBase;
    for (let number = 0; number < slots; number++) {
      const next = await this.#take(number, signal);
      if (next !== undefined) return { number, next };
    }
    throw new Error('no exporter slot is free');
  }

  async #take(slot: number, signal: AbortSignal): Promise<Slot['next'] | undefined> {
    const item = await this.#update?.(
      {
        Key: key(slot),
        UpdateExpression: 'SET slotOwner = :owner, leaseEnd = :end',
        ConditionExpression: `attribute_not_exists(pk) OR leaseEnd < :now OR (${OURS})`,
        ExpressionAttributeValues: { ...this.#lease(), ':now': numeric(this.#now()) },
      },
      signal,
    );
    if (item === undefined) return undefined;
    const stored = (name: string) => Number(item[name]?.N ?? 0);
    return { 5: stored('v5Flows'), 9: stored('v9Packets'), 10: stored('ipfixRecords') };
  }

  /** Sets the next numbers instead of adding to them, so that a repeated request changes nothing. */
  async #renew(slot: number, next: Slot['next'], signal: AbortSignal): Promise<boolean> {
    const item = await this.#update?.(
      {
        Key: key(slot),
        UpdateExpression:
          'SET leaseEnd = :end, v5Flows = :v5, v9Packets = :v9, ipfixRecords = :ipfix',
        ConditionExpression: OURS,
        ExpressionAttributeValues: {
          ...this.#lease(),
          ':v5': numeric(next[5]),
          ':v9': numeric(next[9]),
          ':ipfix': numeric(next[10]),
        },
      },
      signal,
    );
    return item !== undefined;
  }

  #lease(): Record<string, AttributeValue> {
    const end = this.#now() + (this.#settings.leaseMs ?? LEASE_MS);
    return { ':owner': { S: this.#owner }, ':end': numeric(end) };
  }
}

/** The end of a lease only grows, so that a request that timed out and arrives late does not shorten it. */
const OURS = 'slotOwner = :owner AND leaseEnd <= :end';

/** Imported dynamically, so that an environment without a table starts without the SDK. */
async function connect({ table, connection }: SlotSettings): Promise<Update> {
  const sdk = await import('@aws-sdk/client-dynamodb');
  // Two attempts: after a freeze, the first often finds that the server closed the connection.
  const client = new sdk.DynamoDBClient({ maxAttempts: 2, ...connection });
  // The credential provider is loaded here as well, so that its time does not count as the table's.
  await client.config.credentials();
  return async (input, signal) => {
    const command = new sdk.UpdateItemCommand({
      ...input,
      TableName: table,
      ReturnValues: 'ALL_NEW',
    });
    try {
      const { Attributes } = await client.send(command, { abortSignal: signal });
      return Attributes ?? {};
    } catch (error) {
      if (error instanceof sdk.ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };
}

function key(slot: number): Record<string, AttributeValue> {
  return { pk: { S: `exporter#${slot}` } };
}

function numeric(value: number): AttributeValue {
  return { N: String(value) };
}

/**
 * The result of the work. The signal aborts its requests; the race also bounds waits that do not listen to it.
 * @throws Error when the work takes longer.
 */
async function within<T>(
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const result = await inTime(work(abort.signal), ms);
  if (result !== undefined) return result;
  abort.abort();
  throw new Error(`${what} within ${ms} ms`);
}
