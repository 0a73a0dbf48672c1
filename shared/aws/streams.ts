import { setTimeout as sleep } from 'node:timers/promises';
import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';

/** PutRecordBatch takes at most 500 records and 4 MiB. */
const BATCH_RECORDS = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 50;
/** A batch of 4 MiB takes less than a second. A request that takes this long is on a dead connection. */
const REQUEST_MS = 5000;

/** Something that becomes a record of a stream, 1,000 KiB at most. */
interface Item {
  readonly data: Uint8Array;
}

const client = new FirehoseClient({ maxAttempts: 1 });

/**
 * Puts records into a Firehose stream. Refused records are retried a few times, until `performance.now()`
 * reaches the deadline. Resolves with the records that the stream has not taken; never rejects.
 */
export async function putRecords<T extends Item>(
  streamArn: string,
  items: readonly T[],
  deadline: number,
): Promise<T[]> {
  const stream = streamArn.split('/').at(-1) ?? '';
  const refused: T[] = [];
  for (const batch of batches(items)) refused.push(...(await putBatch(stream, batch, deadline)));
  return refused;
}

function* batches<T extends Item>(items: readonly T[]): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    if (batch.length === BATCH_RECORDS || bytes + item.data.length > BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += item.data.length;
  }
  if (batch.length > 0) yield batch;
}

async function putBatch<T extends Item>(stream: string, batch: T[], deadline: number) {
  let left = batch;
  for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt++) {
    const pause = attempt === 0 ? 0 : FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2);
    if (performance.now() + pause >= deadline) break;
    await sleep(pause);
    const taken = await put(stream, left, deadline).catch(() => []);
    left = left.filter((_, index) => taken[index] !== true);
  }
  return left;
}

/** Whether each record was taken, in order. */
async function put(stream: string, items: readonly Item[], deadline: number): Promise<boolean[]> {
  const ms = Math.min(REQUEST_MS, Math.max(1, Math.ceil(deadline - performance.now())));
  const { RequestResponses = [] } = await client.send(
    new PutRecordBatchCommand({
      DeliveryStreamName: stream,
      Records: items.map(({ data }) => ({ Data: data })),
    }),
    { abortSignal: AbortSignal.timeout(ms) },
  );
  return RequestResponses.map(({ RecordId }) => RecordId !== undefined);
}
