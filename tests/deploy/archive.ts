import { gunzipSync } from 'node:zlib';
import type { Cloud } from './cloud.ts';

/** The part of a signature that the server reads. */
const SIGNED = {
  authorization: 'AWS4-HMAC-SHA256 Credential=testing/20260101/eu-west-1/s3/aws4_request',
};

/** The keys of a bucket's objects, in order. */
export async function keysOf(cloud: Cloud, bucket: string, prefix: string): Promise<string[]> {
  const all = ['s3api', 'list-objects-v2', '--bucket', bucket, '--prefix', prefix];
  const keys = await cloud.aws<string[] | null>(...all, '--query', 'Contents[].Key');
  return (keys ?? []).sort();
}

/** An object's bytes, read with the administrator's credentials. */
export async function readObject(cloud: Cloud, bucket: string, key: string): Promise<Buffer> {
  const response = await fetch(`${cloud.endpoint}/${bucket}/${key}`, { headers: SIGNED });
  return Buffer.from(await response.arrayBuffer());
}

/** All lines below flows/, or another prefix, in an archive. */
export async function archivedLines(
  cloud: Cloud,
  bucket: string,
  prefix = 'flows/',
): Promise<string[]> {
  const keys = await keysOf(cloud, bucket, prefix);
  const objects = await Promise.all(keys.map((key) => readObject(cloud, bucket, key)));
  return objects.flatMap((object) => gunzipSync(object).toString().trimEnd().split('\n'));
}
