import { Readable } from 'node:stream';
import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { errorAbout } from '../error-about.ts';
import type { FileParts } from '../flowlog/file-parts.ts';
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

/** An object: all of its bytes in pieces, and by parts where S3 says how long it is. */
export type ReadObject = AsyncIterable<Uint8Array> | (AsyncIterable<Uint8Array> & FileParts);

/**
 * Opens an object, and reconnects as needed; undefined when there is no such object. All parts are of the same
 * version of it.
 */
export async function readObject(
  get: Get,
  { bucket, key }: ObjectName,
  patience: Patience,
  signal?: AbortSignal,
): Promise<ReadObject | undefined> {
  const url = `s3://${bucket}/${key}`;
  const object = { Bucket: bucket, Key: key };
  const whole = await calling('s3:GetObject', get(object, signal), url).catch((error) => {
    if (isNamed(error, 'NoSuchKey')) return undefined;
    throw error;
  });
  if (whole === undefined) return undefined;
  /** From `from` up to `to`, or the end. */
  const getRange = async (from: number, to?: number) => {
    const Range = `bytes=${from}-${to === undefined ? '' : to - 1}`;
    const range = { ...object, Range, IfMatch: whole.ETag };
    const part = await calling('s3:GetObject', get(range, signal)).catch(explainChange);
    if (part.ContentRange?.startsWith(`bytes ${from}-`)) return bodyOf(part);
    throw new Refusal('S3 did not answer with the rest of the object');
  };
  const first = { body: bodyOf(whole), length: whole.ContentLength };
  const bytes = named(url, objectBody(first, getRange, patience, signal));
  const { ContentLength: size } = whole;
  if (size === undefined) return bytes;
  const readRange = async (from: number, to: number) => {
    const resume = (offset: number) => getRange(from + offset, to);
    const length = Math.min(to, size) - from;
    const part = objectBody({ body: getRange(from, to), length }, resume, patience, signal);
    return await bytesOf(named(url, part), length);
  };
  return { [Symbol.asyncIterator]: () => bytes, size, readRange };
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

async function bytesOf(pieces: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
