import { crc32 } from 'node:zlib';
import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import type { Range } from './answer.ts';

/** Ample: Firehose retries within minutes, and has at most five invocations of a stream in flight. */
const REMEMBERED = 64;

/** Recent deliveries of this environment, to dedupe: after a timeout Firehose sends the same records again. */
export class Batches {
  readonly #refused = new Map<string, readonly Range[]>();

  /** The lines that the stream refused at the first delivery of this batch; undefined for a new batch. */
  find(batch: string): readonly Range[] | undefined {
    return this.#refused.get(batch);
  }

  remember(batch: string, refused: readonly Range[]): void {
    this.#refused.set(
      batch,
      refused.map(({ from, to }) => ({ from, to })),
    );
    for (const oldest of this.#refused.keys()) {
      if (this.#refused.size <= REMEMBERED) break;
      this.#refused.delete(oldest);
    }
  }
}

/** A key for these records in this order. Firehose does not reuse record ids. */
export function batchOf(records: readonly FirehoseTransformationEventRecord[]): string {
  let ids = '';
  for (const { recordId } of records) ids += recordId;
  return `${records.length} ${records[0]?.recordId} ${crc32(ids)}`;
}
