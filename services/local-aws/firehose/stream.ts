import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import { Batcher, type BufferingHints, type Clock, REAL_CLOCK } from './batcher.ts';
import { objectKey } from './object-key.ts';
import { PAYLOAD_LIMIT, type Transform, transformBatch } from './transform.ts';

const MEBIBYTE = 1024 * 1024;
const MINUTE_MS = 60_000;
/** Limits of PutRecordBatch: records and bytes of a call, bytes of a record. */
const BATCH_RECORDS = 500;
const BATCH_BYTES = 4 * MEBIBYTE;
const RECORD_BYTES = 1000 * 1024;
/** Room for the members of an event besides its records. */
const ENVELOPE_BYTES = 1000;
/** Firehose invokes a transformation up to five times at once for each shard. */
const CONCURRENT_INVOCATIONS = 5;

/** A stream with its transformation and its destination. */
export interface FirehoseSettings {
  readonly streamArn: string;
  readonly transform: Transform;
  readonly put: (key: string, bytes: Uint8Array) => Promise<void>;
  readonly clock: Clock;
  /** Buffering before the transformation; by default 1 MiB or a minute. */
  readonly processor: BufferingHints;
  /** Buffering of an object; by default 5 MiB or five minutes. */
  readonly destination: BufferingHints;
  readonly retries: number;
  readonly prefix: string;
  readonly errorPrefix: string;
  /** Returns an error code for a record that PutRecordBatch is to refuse, to test its callers. */
  readonly refuse: (data: Uint8Array) => string | undefined;
}

const DEFAULTS = {
  clock: REAL_CLOCK,
  processor: { bytes: MEBIBYTE, ms: 60_000 },
  destination: { bytes: 5 * MEBIBYTE, ms: 300_000 },
  retries: 3,
  prefix: 'flows/',
  errorPrefix: 'errors/!{firehose:error-output-type}/',
  refuse: () => undefined,
};

/** The reply of PutRecordBatch, with an entry for each record in order. */
export interface PutRecordBatchOutput {
  readonly FailedPutCount: number;
  readonly RequestResponses: readonly (
    | { readonly RecordId: string }
    | { readonly ErrorCode: string; readonly ErrorMessage: string }
  )[];
}

/** A call of PutRecordBatch exceeds its limits. */
export class InvalidArgument extends Error {}

/** A Firehose stream with a transformation and an S3 destination. */
export class LocalFirehose {
  /** The metric IncomingBytes: the bytes taken, by the beginning of the minute in Unix milliseconds. */
  readonly incomingBytes = new Map<number, number>();
  readonly #settings: FirehoseSettings;
  readonly #incoming: Batcher<FirehoseTransformationEventRecord>;
  readonly #outgoing: Batcher<Uint8Array>;
  readonly #batches: FirehoseTransformationEventRecord[][] = [];
  readonly #work = new Set<Promise<void>>();
  readonly #started: number;
  #records = 0;
  #invocations = 0;
  #requestBytes = 0;
  #failure: unknown;

  constructor(
    settings: Pick<FirehoseSettings, 'streamArn' | 'transform' | 'put'> & Partial<FirehoseSettings>,
  ) {
    this.#settings = { ...DEFAULTS, ...settings };
    const { clock, processor, destination } = this.#settings;
    this.#started = clock.now();
    this.#incoming = new Batcher(clock, processor, (records) => {
      this.#requestBytes = 0;
      this.#batches.push(records);
      this.#invokeNext();
    });
    this.#outgoing = new Batcher(clock, destination, (parts) =>
      this.#track(this.#write(this.#settings.prefix, Buffer.concat(parts))),
    );
  }

  /** Takes records into the stream. @throws InvalidArgument, and takes none, when they are too many or too large. */
  putRecordBatch(records: readonly { readonly Data: Uint8Array }[]): PutRecordBatchOutput {
    checkLimits(records.map(({ Data }) => Data.length));
    const RequestResponses = records.map(({ Data }) => {
      const ErrorCode = this.#settings.refuse(Data);
      if (ErrorCode !== undefined) return { ErrorCode, ErrorMessage: 'refused on purpose' };
      this.#accept(Data);
      return { RecordId: randomUUID() };
    });
    const refused = RequestResponses.filter((response) => 'ErrorCode' in response);
    return { FailedPutCount: refused.length, RequestResponses };
  }

  /** Delivers all records, including those that are put meanwhile. @throws the first error of the object store. */
  async drain(): Promise<void> {
    while (this.#incoming.size + this.#outgoing.size + this.#work.size > 0) {
      this.#incoming.flush();
      if (this.#work.size === 0) this.#outgoing.flush();
      await Promise.all(this.#work);
    }
    await this.settle();
  }

  /**
   * Resolves when nothing is being transformed or stored. Buffered records stay in their buffers. Throws the
   * first error of the object store.
   */
  async settle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #accept(data: Uint8Array): void {
    const minute = Math.floor(this.#settings.clock.now() / MINUTE_MS) * MINUTE_MS;
    this.incomingBytes.set(minute, (this.incomingBytes.get(minute) ?? 0) + data.length);
    const record = {
      // As in AWS, the ids of a batch differ only near their end.
      recordId: `4962${this.#started}${String(this.#records++).padStart(39, '0')}000000`,
      approximateArrivalTimestamp: this.#settings.clock.now(),
      data: Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64'),
    };
    const bytes = JSON.stringify(record).length + 1;
    if (this.#requestBytes + bytes > PAYLOAD_LIMIT - ENVELOPE_BYTES) this.#incoming.flush();
    this.#requestBytes += bytes;
    this.#incoming.add(record, data.length);
  }

  #invokeNext(): void {
    if (this.#invocations >= CONCURRENT_INVOCATIONS) return;
    const records = this.#batches.shift();
    if (records === undefined) return;
    this.#invocations++;
    this.#track(this.#transform(records));
  }

  async #transform(records: FirehoseTransformationEventRecord[]): Promise<void> {
    const { errorPrefix, clock } = this.#settings;
    const { delivered, failed } = await transformBatch(records, {
      ...this.#settings,
      now: clock.now,
    });
    this.#invocations--;
    this.#invokeNext();
    for (const data of delivered) this.#outgoing.add(data, data.length);
    if (failed.length === 0) return;
    const lines = failed.map((record) => `${JSON.stringify(record)}\n`).join('');
    await this.#write(errorPrefix, Buffer.from(lines));
  }

  async #write(prefix: string, bytes: Uint8Array): Promise<void> {
    const stream = this.#settings.streamArn.split('/').at(-1) ?? '';
    const key = objectKey(prefix, stream, this.#settings.clock.now());
    await this.#settings.put(`${key}.gz`, await promisify(gzip)(bytes));
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error) => {
        this.#failure ??= error;
      })
      .finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }
}

function checkLimits(sizes: readonly number[]): void {
  if (sizes.length === 0 || sizes.length > BATCH_RECORDS) {
    throw new InvalidArgument(`1 to ${BATCH_RECORDS} records a call, not ${sizes.length}`);
  }
  const largest = Math.max(...sizes);
  if (largest > RECORD_BYTES) {
    throw new InvalidArgument(`at most ${RECORD_BYTES} bytes a record, not ${largest}`);
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > BATCH_BYTES) {
    throw new InvalidArgument(`at most ${BATCH_BYTES} bytes a call, not ${total}`);
  }
}
