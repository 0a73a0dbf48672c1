import { randomUUID } from 'node:crypto';
import type { FirehoseTransformationEvent, FirehoseTransformationEventRecord } from 'aws-lambda';
import { type Outcome, readAnswer, type TransformError } from './answer.ts';

/** Lambda's limit for the JSON of a request and of an answer. */
export const PAYLOAD_LIMIT = 6_291_456;

/** A transformation function. Its answer can be anything, and it may throw. */
export type Transform = (event: FirehoseTransformationEvent) => Promise<unknown>;

/** The transformation of a stream; `now` in Unix milliseconds. */
export interface TransformSettings {
  readonly streamArn: string;
  readonly transform: Transform;
  readonly retries: number;
  readonly now: () => number;
}

/** One line of a processing-failed object. */
interface FailedRecord extends TransformError {
  readonly attemptsMade: number;
  readonly arrivalTimestamp: number;
  readonly attemptEndingTimestamp: number;
  /** The original record in base64. */
  readonly rawData: string;
  readonly lambdaArn: string;
}

/** The result of a batch. */
export interface Transformed {
  readonly delivered: readonly Uint8Array[];
  readonly failed: readonly FailedRecord[];
}

/**
 * Transforms one batch. A failed invocation is retried with the same records. An answer that breaks the rules
 * is not retried: it fails every record of the batch. Never throws.
 */
export async function transformBatch(
  records: readonly FirehoseTransformationEventRecord[],
  settings: TransformSettings,
): Promise<Transformed> {
  for (let attempt = 1; ; attempt++) {
    const result = await invoke(records, settings);
    if (Array.isArray(result)) return sort(records, result, attempt, settings);
    const final = result.errorCode !== 'Lambda.FunctionError' || attempt > settings.retries;
    if (final) {
      return { delivered: [], failed: records.map(failedRecord(result, attempt, settings)) };
    }
  }
}

async function invoke(
  records: readonly FirehoseTransformationEventRecord[],
  { streamArn, transform }: TransformSettings,
): Promise<Outcome[] | TransformError> {
  const region = streamArn.split(':')[3] ?? '';
  const event = { invocationId: randomUUID(), deliveryStreamArn: streamArn, region };
  try {
    // A copy, because a function may change its event, and the next attempt needs the original.
    const answer = await transform({ ...event, records: structuredClone([...records]) });
    const json = JSON.stringify(answer) ?? 'null';
    if (Buffer.byteLength(json) > PAYLOAD_LIMIT) {
      throw new RangeError(`the answer is larger than ${PAYLOAD_LIMIT} bytes`);
    }
    return readAnswer(records, JSON.parse(json));
  } catch (error) {
    const errorMessage = error instanceof Error ? error.message : String(error);
    return { errorCode: 'Lambda.FunctionError', errorMessage };
  }
}

function sort(
  records: readonly FirehoseTransformationEventRecord[],
  outcomes: readonly Outcome[],
  attempt: number,
  settings: TransformSettings,
): Transformed {
  const error: TransformError = {
    errorCode: 'Lambda.ProcessingFailedStatus',
    errorMessage: 'the function could not process this record',
  };
  return {
    delivered: outcomes.filter((outcome) => outcome instanceof Uint8Array),
    failed: records
      .filter((_, i) => outcomes[i] === 'ProcessingFailed')
      .map(failedRecord(error, attempt, settings)),
  };
}

function failedRecord(error: TransformError, attemptsMade: number, settings: TransformSettings) {
  const region = settings.streamArn.split(':')[3];
  return (record: FirehoseTransformationEventRecord): FailedRecord => ({
    attemptsMade,
    arrivalTimestamp: record.approximateArrivalTimestamp,
    ...error,
    attemptEndingTimestamp: settings.now(),
    rawData: record.data,
    lambdaArn: `arn:aws:lambda:${region}:000000000000:function:forwarder:$LATEST`,
  });
}
