import type {
  AttributeValue,
  DynamoDBClientConfig,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { inTime } from '../deadline.ts';
import {
  advance,
  derivedIdentity,
  type ExporterIdentity,
  FIRST_DERIVED_DOMAIN,
  type Reservation,
  type SequenceUnits,
} from '../netflow/exporter-identity.ts';
import type { Version } from '../netflow/protocol.ts';

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

/** The calls of the table. */
interface Table {
  /** Performs a conditional update. Resolves with the new item, or undefined when the condition did not hold. */
  readonly update: (
    input: Omit<UpdateItemCommandInput, 'TableName' | 'ReturnValues'>,
    signal: AbortSignal,
  ) => Promise<Record<string, AttributeValue> | undefined>;
  /** The items of these keys that exist. */
  readonly read: (
    keys: Record<string, AttributeValue>[],
    signal: AbortSignal,
  ) => Promise<readonly Record<string, AttributeValue>[]>;
}

/** Firehose waits at most five minutes for a transformation. */
const LEASE_MS = 6 * 60_000;
const PATIENCE_MS = 500;
/** Loading the SDK and its credentials takes a fraction of a second, on a starved machine more. */
const CONNECT_MS = 5000;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** The slots in which other senders are looked for at first: as many as forwarders and replayers send at once. */
const FIRST_COUNT = 7;
/** A sender has reserved numbers in this time: flow logs bring the lines of a minute at once. */
const LATELY_MS = 90_000;

/**
 * An exporter identity leased in DynamoDB, one item per slot. The environment leases the lowest free slot and
 * continues its sequence numbers. Reserving numbers renews the lease, in one conditional update. When the
 * table does not answer in time, the reservation uses a domain derived from the environment's name, and its
 * `fallback` gives the reason.
 *
 * Senders are known from an environment's second reservation on: at its first one, the others do not know of it.
 */
export class ExporterSlots implements ExporterIdentity {
  readonly #settings: SlotSettings;
  readonly #owner: string;
  readonly #now: () => number;
  readonly #derived: ExporterIdentity;
  readonly #domainBase: number;
  #connecting: Promise<Table> | undefined;
  #table: Table | undefined;
  #slot: Slot | undefined;
  #reservedAt = Number.NEGATIVE_INFINITY;
  #countedSlots = FIRST_COUNT;
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
        this.#table = await within(CONNECT_MS, 'no AWS credentials', connecting);
        const patience = this.#settings.patienceMs ?? PATIENCE_MS;
        const reserving = (signal: AbortSignal) =>
          Promise.all([this.#reserve(units, signal), this.#countSenders(signal, patience / 2)]);
        const [reservation, senders] = await within(patience, 'no answer from DynamoDB', reserving);
        this.#pauseMs = this.#settings.pauseMs ?? PAUSE_MS;
        this.#reservedAt = this.#now();
        return { ...reservation, senders };
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

  /**
   * How many environments send, this one included; undefined when that is not known, which is no reason to fail.
   * As each takes the lowest free slot, a new one is in the slot after the highest at most.
   */
  async #countSenders(signal: AbortSignal, ms: number): Promise<number | undefined> {
    const own = this.#slot?.number;
    const now = this.#now();
    if (own === undefined || now - this.#reservedAt > LATELY_MS) return undefined;
    const slots = Array.from({ length: this.#countedSlots }, (_, slot) => slot);
    const others = slots.filter((slot) => slot !== own);
    const reading = this.#table?.read(others.map(key), signal);
    const items = await inTime(
      Promise.resolve(reading).catch(() => undefined),
      ms,
    );
    if (items === undefined) return undefined;
    const earliest = now - LATELY_MS + this.#leaseMs;
    const senders = items.filter(({ leaseEnd }) => Number(leaseEnd?.N) > earliest);
    const highest = Math.max(own, ...senders.map(({ pk }) => slotOf(pk)));
    this.#countedSlots = highest + 2;
    return 1 + senders.length;
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
    const item = await this.#table?.update(
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
    const item = await this.#table?.update(
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

  get #leaseMs(): number {
    return this.#settings.leaseMs ?? LEASE_MS;
  }

  #lease(): Record<string, AttributeValue> {
    const end = this.#now() + this.#leaseMs;
    return { ':owner': { S: this.#owner }, ':end': numeric(end) };
  }
}

/** The end of a lease only grows, so that a request that timed out and arrives late does not shorten it. */
const OURS = 'slotOwner = :owner AND leaseEnd <= :end';

/** Imported dynamically, so that an environment without a table starts without the SDK. */
async function connect({ table, connection }: SlotSettings): Promise<Table> {
  const sdk = await import('@aws-sdk/client-dynamodb');
  // Two attempts: after a freeze, the first often finds that the server closed the connection.
  const client = new sdk.DynamoDBClient({ maxAttempts: 2, ...connection });
  // The credential provider is loaded here as well, so that its time does not count as the table's.
  await client.config.credentials();
  return {
    update: async (input, abortSignal) => {
      const command = new sdk.UpdateItemCommand({
        ...input,
        TableName: table,
        ReturnValues: 'ALL_NEW',
      });
      try {
        const { Attributes } = await client.send(command, { abortSignal });
        return Attributes ?? {};
      } catch (error) {
        if (error instanceof sdk.ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
    read: async (Keys, abortSignal) => {
      const command = new sdk.BatchGetItemCommand({ RequestItems: { [table]: { Keys } } });
      const { Responses } = await client.send(command, { abortSignal });
      return Responses?.[table] ?? [];
    },
  };
}

function key(slot: number): Record<string, AttributeValue> {
  return { pk: { S: `exporter#${slot}` } };
}

function slotOf(pk: AttributeValue | undefined): number {
  return Number(pk?.S?.split('#')[1]);
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
