import type { FirehoseTransformationEventRecord } from 'aws-lambda';

/** The result of one record: its bytes for the destination, or that it is dropped or has failed. */
export type Outcome = Uint8Array | 'Dropped' | 'ProcessingFailed';

/** Why an answer or an invocation cannot be used: Firehose's code and a sentence. */
export interface TransformError {
  readonly errorCode: `Lambda.${string}`;
  readonly errorMessage: string;
}

/**
 * Reads a transformation's answer: one outcome per record, in the order of the records, or the reason why
 * Firehose refuses the whole answer. Never throws.
 */
export function readAnswer(
  records: readonly FirehoseTransformationEventRecord[],
  answer: unknown,
): Outcome[] | TransformError {
  const asked = new Set(records.map(({ recordId }) => recordId));
  const outcomes = new Map<string, Outcome>();
  if (!isObject(answer) || !Array.isArray(answer['records'])) {
    return unreadable('the answer has no list of records');
  }
  for (const entry of answer['records']) {
    const outcome = readEntry(entry);
    if (outcome === undefined) return unreadable(`not a transformed record: ${excerpt(entry)}`);
    const id = entry.recordId;
    if (!asked.has(id)) return unreadable(`a record id that is not in the event: ${excerpt(id)}`);
    if (outcomes.has(id)) {
      return { errorCode: 'Lambda.DuplicatedRecordId', errorMessage: `returned twice: ${id}` };
    }
    outcomes.set(id, outcome);
  }
  const missing = records.find(({ recordId }) => !outcomes.has(recordId));
  if (missing !== undefined) {
    return {
      errorCode: 'Lambda.MissingRecordId',
      errorMessage: `not returned: ${missing.recordId}`,
    };
  }
  return records.map(({ recordId }) => outcomes.get(recordId) ?? 'Dropped');
}

function readEntry(entry: unknown): Outcome | undefined {
  if (!isObject(entry) || typeof entry['recordId'] !== 'string') return undefined;
  const { result, data } = entry;
  if (result === 'Dropped' || result === 'ProcessingFailed') return result;
  if (result !== 'Ok' || typeof data !== 'string') return undefined;
  const bytes = Buffer.from(data, 'base64');
  return bytes.toString('base64') === data ? bytes : undefined;
}

function unreadable(errorMessage: string): TransformError {
  return { errorCode: 'Lambda.JsonProcessingException', errorMessage };
}

function excerpt(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 100);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
