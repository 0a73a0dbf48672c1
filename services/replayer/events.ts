/** An object that is to be replayed. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** What succeeds or fails as one: a message of a queue, or a whole event. */
export interface Task {
  /** The queue's id of the message; undefined for an event that came by itself. */
  readonly messageId: string | undefined;
  readonly objects: readonly ObjectName[];
  /** Why it cannot be understood. */
  readonly fault?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The objects an event is about: S3's notifications, by themselves, in SQS, in SNS, in SNS in SQS, and
 * EventBridge's Object Created. What is about no new object (a test event, a deletion) has none.
 */
export function tasksOf(event: unknown): Task[] {
  const messages = recordsOf(event).filter(({ eventSource }) => eventSource === 'aws:sqs');
  if (messages.length === 0) return [taskOf(undefined, () => objectsOf(event))];
  return messages.map(({ messageId, body }) =>
    taskOf(String(messageId), () => objectsOf(JSON.parse(String(body)))),
  );
}

function taskOf(messageId: string | undefined, read: () => ObjectName[]): Task {
  try {
    return { messageId, objects: read() };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { messageId, objects: [], fault };
  }
}

/** @throws Error for an event of another kind. */
function objectsOf(event: unknown): ObjectName[] {
  const { Type, Message, Event, source, detail } = fieldsOf(event);
  if (Event === 's3:TestEvent') return [];
  if (Type === 'Notification') return objectsOf(JSON.parse(String(Message)));
  if (source === 'aws.s3') return createdObject(fieldsOf(event)['detail-type'], detail);
  const records = recordsOf(event);
  if (records.length === 0) throw new TypeError('not an event of S3');
  return records.flatMap(objectsOfRecord);
}

function objectsOfRecord({ eventSource, EventSource, eventName, s3, Sns }: Fields): ObjectName[] {
  if (EventSource === 'aws:sns') return objectsOf(JSON.parse(String(fieldsOf(Sns)['Message'])));
  if (eventSource !== 'aws:s3') throw new TypeError(`not an event of S3 but of ${eventSource}`);
  if (!String(eventName).startsWith('ObjectCreated')) return [];
  const { bucket, key } = nameOf(s3);
  // S3 encodes keys as forms do; EventBridge leaves them as they are.
  return [{ bucket, key: decodeURIComponent(key.replaceAll('+', ' ')) }];
}

function createdObject(type: unknown, detail: unknown): ObjectName[] {
  return type === 'Object Created' ? [nameOf(detail)] : [];
}

function nameOf(value: unknown): ObjectName {
  const { bucket, object } = fieldsOf(value);
  const { name } = fieldsOf(bucket);
  const { key } = fieldsOf(object);
  if (typeof name !== 'string' || typeof key !== 'string') throw new TypeError('no bucket and key');
  return { bucket: name, key };
}

function recordsOf(event: unknown): Fields[] {
  const { Records } = fieldsOf(event);
  return Array.isArray(Records) ? Records.map(fieldsOf) : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
