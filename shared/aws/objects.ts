import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { PATIENCE } from './object-body.ts';
import { type Get, type ObjectName, readObject } from './read-object.ts';
import { calling } from './refusal.ts';

/** An object as a listing shows it. */
interface ListedObject extends ObjectName {
  readonly size: number;
}

/** Selects objects of a bucket by key prefix and by time, `until` excluded. */
interface ObjectQuery {
  readonly bucket: string;
  readonly prefix: string;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** The S3 operations that natflow uses. */
export interface Objects {
  /**
   * The object's bytes as they arrive, resumed when the connection breaks; undefined when there is no such
   * object. All errors, also those while reading, begin with the object's URL.
   */
  read(name: ObjectName, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  list(query: ObjectQuery): AsyncGenerator<ListedObject>;
  write(name: ObjectName, type: string, text: string): Promise<void>;
  /** A presigned URL that is valid for this many seconds. Does not check that the object exists. */
  link(name: ObjectName, seconds: number): Promise<string>;
  /** Deletes an object. One that does not exist is not an error, as in S3. */
  remove(name: ObjectName): Promise<void>;
}

/** A client of S3, configured by the environment. Errors name the call and its object. */
export async function openObjects(
  timeouts = CLIENT_TIMEOUTS,
  patience = PATIENCE,
): Promise<Objects> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({ ...timeouts, followRegionRedirects: true });
  const get: Get = (input, abortSignal) =>
    client.send(new sdk.GetObjectCommand(input), abortSignal && { abortSignal });
  return {
    read: (name, signal) => readObject(get, name, patience, signal),
    list: async function* ({ bucket, prefix, since, until }) {
      const pages = sdk.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
      const next = () => calling('s3:ListBucket', pages.next(), `s3://${bucket}/${prefix}`);
      for (let page = await next(); !page.done; page = await next()) {
        for (const { Key: key = '', Size: size = 0, LastModified } of page.value.Contents ?? []) {
          const time = timeOfKey(key) ?? LastModified;
          if (size > 0 && isBetween(time, since, until)) yield { bucket, key, size };
        }
      }
    },
    write: async ({ bucket, key }, type, text) => {
      const object = { Bucket: bucket, Key: key, ContentType: type, Body: text };
      const command = new sdk.PutObjectCommand(object);
      await calling('s3:PutObject', client.send(command), `s3://${bucket}/${key}`);
    },
    link: async ({ bucket, key }, seconds) => {
      const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
      const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: key });
      return await getSignedUrl(client, command, { expiresIn: seconds });
    },
    remove: async ({ bucket, key }) => {
      const command = new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key });
      await calling('s3:DeleteObject', client.send(command), `s3://${bucket}/${key}`);
    },
  };
}

function isBetween(time: Date | undefined, since?: Date, until?: Date): boolean {
  if (time === undefined) return true;
  return (since === undefined || time >= since) && (until === undefined || time < until);
}

/** The time in the object names of VPC flow logs and of Firehose, in UTC. */
const TIMES_IN_KEYS = [
  /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z_[^/]*$/,
  /-(\d{4})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-[^/]*$/,
];

/** The collection time in an object's key; undefined when the key has none. */
function timeOfKey(key: string): Date | undefined {
  for (const pattern of TIMES_IN_KEYS) {
    const [, year, month, day, hour, minute, second = '00'] = pattern.exec(key) ?? [];
    if (year === undefined) continue;
    const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    if (!Number.isNaN(time.getTime())) return time;
  }
  return undefined;
}
