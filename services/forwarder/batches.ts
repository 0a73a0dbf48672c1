import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import type { Range } from './answer.ts';

/** Firehose retries within minutes, and has five invocations of a stream outstanding. */
const REMEMBERED = 64;

/** The deliveries answered by this environment: Firehose asks again with the same records after a timeout. */
export class Batches {
  readonly #refused = new Map<string, readonly Range[]>();

  /** Which lines the stream had refused to take again when this delivery came before; undefined when it is new. */
  find(records: readonly FirehoseTransformationEventRecord[]): readonly Range[] | undefined {
    return this.#refused.get(nameOf(records));
  }

  remember(records: readonly FirehoseTransformationEventRecord[], refused: readonly Range[]): void {
    this.#refused.set(
      nameOf(records),
      refused.map(({ from, to }) => ({ from, to })),
    );
    for (const oldest of this.#refused.keys()) {
      if (this.#refused.size <= REMEMBERED) break;
      this.#refused.delete(oldest);
    }
  }
}

/** A record id is never given to a second record, so the ends of a batch say which one it is. */
function nameOf(records: readonly FirehoseTransformationEventRecord[]): string {
  const parts = [records[0], records.at(-1)].map(
    (record) => `${record?.recordId} ${record?.data.length}`,
  );
  return `${records.length} ${parts.join(' ')}`;
}
