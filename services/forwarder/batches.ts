import { crc32 } from 'node:zlib';
import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import type { Range } from './answer.ts';

/** Firehose retries within minutes, and has five invocations of a stream outstanding. */
const REMEMBERED = 64;

/** The deliveries this environment has answered: after a timeout Firehose sends the same records again. */
export class Batches {
  readonly #refused = new Map<string, readonly Range[]>();

  /** The lines that the stream refused when this batch came before; undefined for a new one. */
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

/** A name for these records in this order: an id is never given to a second record. */
export function batchOf(records: readonly FirehoseTransformationEventRecord[]): string {
  let ids = '';
  for (const { recordId } of records) ids += recordId;
  return `${records.length} ${records[0]?.recordId} ${crc32(ids)}`;
}
