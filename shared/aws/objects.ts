import { CLIENT_TIMEOUTS } from './client-timeouts.ts';
import { type ListedObject, listObjects, type ObjectQuery } from './list-objects.ts';
import { PATIENCE } from './object-body.ts';
import { type Get, type ObjectName, type ReadObject, readObject } from './read-object.ts';
import { calling } from './refusal.ts';

/** The S3 operations that natflow uses. */
export interface Objects {
  /**
   * The object's bytes as they arrive, and by parts, resumed when the connection breaks; undefined when there is no
   * such object. All errors, also those while reading, begin with the object's URL.
   */
  read(name: ObjectName, signal?: AbortSignal): Promise<ReadObject | undefined>;
  /** In the order of their keys. Folders that hold nothing of the query are not listed. */
  list(query: ObjectQuery): AsyncGenerator<ListedObject>;
  /** To a bucket of another account with `isShared`: its owner may do with the object what it likes. */
  write(name: ObjectName, type: string, text: string, isShared?: boolean): Promise<void>;
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
    list: (query) => listObjects((input) => sdk.paginateListObjectsV2({ client }, input), query),
    write: async ({ bucket, key }, type, text, isShared = false) => {
      const object = { Bucket: bucket, Key: key, ContentType: type, Body: text };
      // Buckets with ACLs need it, those without (BucketOwnerEnforced) take this one alone, and policies may ask for it.
      const acl = isShared ? ({ ACL: 'bucket-owner-full-control' } as const) : {};
      const command = new sdk.PutObjectCommand({ ...object, ...acl });
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
