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

/** Where the slots are, and how long things may take, in milliseconds. */
export interface SlotSettings {
  readonly table: string;
  /** This environment's own name, AWS_LAMBDA_LOG_STREAM_NAME: the fallback's domain comes from it. */
  readonly name: string;
  /** Slots have the domains after this one: a stack's own range where stacks share an address. */
  readonly domainBase?: number;
  /** A slot not renewed for so long is free; it must outlast an invocation. */
  readonly leaseMs?: number;
  /** How long an invocation waits for the table. */
  readonly patienceMs?: number;
  /** How long the table is left alone after it failed; twice as long each time it fails again. */
  readonly pauseMs?: number;
  /** Unix milliseconds. */
  readonly now?: () => number;
  readonly connection?: DynamoDBClientConfig;
}

/** A slot this environment holds: its number from 0, and where its sequences go on. */
interface Slot {
  readonly number: number;
  readonly next: Readonly<Record<Version, number>>;
}

/** Performs a conditional update and returns the new item; undefined when the condition did not hold. */
type Update = (
  input: Omit<UpdateItemCommandInput, 'TableName' | 'ReturnValues'>,
  signal: AbortSignal,
) => Promise<Record<string, AttributeValue> | undefined>;

/** Firehose waits five minutes for a transformation at most. */
const LEASE_MS = 6 * 60_000;
const PATIENCE_MS = 500;
/** Loading the SDK and its credentials takes a fraction of a second, on a starved machine more. */
const CONNECT_MS = 5000;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * An exporter identity leased in DynamoDB, one item per slot. The lowest free slot is taken; its
 * sequences go on where its last owner left them. Reserving renews the lease and is one conditional
 * update. When the table does not answer in time, the reservation is made in a domain derived from
 * the environment's name, and says why.
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
    // Names are unique in Lambda; two runs on one machine may have the same.
    this.#owner = `${settings.name} ${Math.random().toString(36).slice(2)}`;
    this.#now = settings.now ?? Date.now;
    this.#derived = derivedIdentity(settings.name);
    this.#domainBase = settings.domainBase ?? 0;
    this.#pauseMs = settings.pauseMs ?? PAUSE_MS;
  }

  /** Begins to load the SDK, so that the first reservation waits less; what fails is tried again then. */
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
      // Remembered at once: if the reservation goes unanswered, its numbers are given again from here.
      this.#slot ??= await this.#takeLowest(signal);
      const slot = this.#slot;
      const next = advance(slot.next, units);
      const isOurs = await this.#renew(slot.number, next, signal);
      signal.throwIfAborted();
      this.#slot = isOurs ? { number: slot.number, next } : undefined;
      // Domain 0 means "none in particular": RFC 7011 section 3.1.
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

  /** Says what comes next rather than how much to add: a repeated request changes nothing. */
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

/** The lease's end only grows: a request that was given up and arrives late must not undo a later one. */
const OURS = 'slotOwner = :owner AND leaseEnd <= :end';

/** Not imported above: an environment without a table must not pay for the SDK when it starts. */
async function connect({ table, connection }: SlotSettings): Promise<Update> {
  const sdk = await import('@aws-sdk/client-dynamodb');
  // Two attempts: after a freeze the first often finds its connection closed by the other side.
  const client = new sdk.DynamoDBClient({ maxAttempts: 2, ...connection });
  // Where the credentials come from is code to load as well, and no answer of the table's.
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

/** @throws Error when the work takes longer; the signal then ends its requests. */
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
