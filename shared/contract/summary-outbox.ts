import * as v from 'valibot';
import { readStored, type StateCodec } from '../state-item.ts';

/** The outbox of CentralBucket: keys of summaries that the bucket may not have yet. */
export interface SummaryOutbox {
  readonly keys: readonly string[];
}

/** The key of its item in the state table. */
export const OUTBOX_KEY = 'central';
export const EMPTY_OUTBOX: SummaryOutbox = { keys: [] };

const STORED = v.object({ keys: v.fallback(v.array(v.string()), []) });

/** The text form of the outbox, for its item. A member that is missing or cannot be read is empty. */
export const OUTBOX_CODEC: StateCodec<SummaryOutbox> = {
  read: (text) => readStored(STORED, text, EMPTY_OUTBOX),
  write: (outbox) => JSON.stringify({ schema: 1, ...outbox }),
};
