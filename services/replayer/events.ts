import * as v from 'valibot';
import { readShape } from '../../shared/read-shape.ts';

/** An object to replay. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** A unit that succeeds or fails as a whole: a message of a queue, or an event. */
export interface Task {
  /** The queue's id of the message; undefined for an event without a queue. */
  readonly messageId: string | undefined;
  readonly objects: readonly ObjectName[];
  /** Why the message cannot be read. */
  readonly fault?: string;
}

const JSON_TEXT = v.pipe(v.string(), v.parseJson(undefined, 'JSON'));
/** S3's notifications have form-encoded keys; EventBridge's events have plain keys. */
const FORM_TEXT = v.pipe(
  v.string(),
  v.check((text) => decodeForm(text) !== undefined, 'an encoded key'),
  v.transform((text) => decodeForm(text) ?? text),
);
const nameWith = <const Key extends v.GenericSchema<string, string>>(key: Key) =>
  v.object({ bucket: v.object({ name: v.string() }), object: v.object({ key }) });

const MESSAGE = v.object({ body: JSON_TEXT });
const NOTIFICATION = v.object({ Message: JSON_TEXT });
const CREATED = v.object({ detail: nameWith(v.string()) });
const FROM_S3 = { eventSource: v.literal('aws:s3') };
const CREATED_RECORD = v.object({ ...FROM_S3, eventName: v.string(), s3: nameWith(FORM_TEXT) });
const OTHER_RECORD = v.object({ ...FROM_S3, eventName: v.string() });
const SNS_RECORD = v.object({ Sns: NOTIFICATION });
const RECORDS = v.object({
  Records: v.pipe(
    v.array(
      v.lazy((record) => {
        const { EventSource, eventName } = fieldsOf(record);
        if (EventSource === 'aws:sns') return SNS_RECORD;
        const isOther = typeof eventName === 'string' && !eventName.startsWith('ObjectCreated');
        return isOther ? OTHER_RECORD : CREATED_RECORD;
      }),
    ),
    v.minLength(1, 'a list that is not empty'),
  ),
});

/**
 * The new objects in an event: an S3 notification (direct, in SQS, in SNS, or in SNS in SQS), or EventBridge's
 * Object Created. A test event or a deletion has none.
 */
export function tasksOf(event: unknown): Task[] {
  const { Records } = fieldsOf(event);
  const records: unknown[] = Array.isArray(Records) ? Records : [];
  const messages = records.map(fieldsOf).filter(({ eventSource }) => eventSource === 'aws:sqs');
  if (messages.length === 0) return [taskOf(undefined, () => objectsOf(event, 'the event'))];
  return messages.map((message) =>
    taskOf(message['messageId'], () =>
      objectsOf(readShape(MESSAGE, message, 'the message').body, 'the body of the message'),
    ),
  );
}

function taskOf(id: unknown, read: () => ObjectName[]): Task {
  // A message without an id cannot fail on its own, so the event fails as a whole.
  const messageId = typeof id === 'string' ? id : undefined;
  try {
    return { messageId, objects: read() };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { messageId, objects: [], fault };
  }
}

/** @throws ShapeError for an event of another kind. */
function objectsOf(event: unknown, what: string): ObjectName[] {
  const { Type, Event, source, 'detail-type': detailType } = fieldsOf(event);
  if (Event === 's3:TestEvent') return [];
  if (Type === 'Notification') {
    return objectsOf(readShape(NOTIFICATION, event, what).Message, `${what}: Message`);
  }
  if (source === 'aws.s3') {
    return detailType === 'Object Created' ? [nameOf(readShape(CREATED, event, what).detail)] : [];
  }
  return readShape(RECORDS, event, what).Records.flatMap((record, index) => {
    if ('Sns' in record) return objectsOf(record.Sns.Message, `${what}: Records.${index}.Message`);
    return 's3' in record ? [nameOf(record.s3)] : [];
  });
}

function nameOf({ bucket, object }: v.InferOutput<typeof CREATED>['detail']): ObjectName {
  return { bucket: bucket.name, key: object.key };
}

/** The decoded text; undefined for text that is not form-encoded. */
function decodeForm(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
