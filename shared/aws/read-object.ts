import { Readable } from 'node:stream';
import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { errorAbout } from '../error-about.ts';
import { objectBody, type Patience } from './object-body.ts';
import { calling, isNamed, Refusal } from './refusal.ts';

/** An object in S3. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** GetObject. */
export type Get = (
  input: GetObjectCommandInput,
  signal: AbortSignal | undefined,
) => Promise<GetObjectCommandOutput>;

/** Reads a whole object and reconnects as needed; undefined when there is no such object. */
export async function readObject(
  get: Get,
  { bucket, key }: ObjectName,
  patience: Patience,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const url = `s3://${bucket}/${key}`;
  const object = { Bucket: bucket, Key: key };
  const whole = await calling('s3:GetObject', get(object, signal), url).catch((error) => {
    if (isNamed(error, 'NoSuchKey')) return undefined;
    throw error;
  });
  if (whole === undefined) return undefined;
  const resume = async (offset: number) => {
    const range = { ...object, Range: `bytes=${offset}-`, IfMatch: whole.ETag };
    const rest = await calling('s3:GetObject', get(range, signal)).catch(explainChange);
    if (rest.ContentRange?.startsWith(`bytes ${offset}-`)) return bodyOf(rest);
    throw new Refusal('S3 did not answer with the rest of the object');
  };
  const first = { body: bodyOf(whole), length: whole.ContentLength };
  return named(url, objectBody(first, resume, patience, signal));
}

const CHANGES = [
  ['PreconditionFailed', 'the object was replaced while it was being read'],
  ['NoSuchKey', 'the object was deleted while it was being read'],
] as const;

function explainChange(cause: unknown): never {
  const change = CHANGES.find(([name]) => isNamed(cause, name))?.[1];
  throw change === undefined ? cause : new Refusal(change, { cause });
}

function bodyOf({ Body }: GetObjectCommandOutput): Readable {
  return Body instanceof Readable ? Body : Readable.from([]);
}

async function* named(url: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    throw errorAbout(url, error);
  }
}
