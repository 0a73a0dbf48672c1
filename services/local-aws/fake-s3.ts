import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { type Reply, xmlText } from './reply.ts';

/** The objects of a bucket. */
export interface ObjectStore {
  /** The objects whose keys begin with the prefix. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  /** The object's bytes from `from` up to `to`, or its end; undefined when there is no such object. */
  read(key: string, from: number, to?: number): Promise<ReadObject | undefined>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
}

/** An object that is read: its size in bytes, where that is known, and the version that its ETag is made of. */
export interface ReadObject {
  readonly body: Readable;
  readonly size: number | undefined;
  readonly version: string;
}

/** An object in a listing. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly modified: Date;
}

/** A path-style request: /bucket/key. */
export interface S3Request {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Small pages, so that a caller that reads only the first page fails its tests. S3's own have 1,000 keys. */
const PAGE_KEYS = 3;
/** What S3 says of a bucket to everybody. */
const REGION = { 'x-amz-bucket-region': 'eu-west-1' };
const CALLS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadBucket',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

/** The name of the API call. */
export function s3Call({ method = '', url = '' }: Pick<S3Request, 'method' | 'url'>): string {
  return url.includes('list-type=2') ? 'ListObjectsV2' : (CALLS[method] ?? method);
}

/** Lists, reads, writes and deletes objects with S3's wire protocol. */
export class FakeS3 {
  readonly #bucketOf: (name: string) => ObjectStore | undefined;
  readonly #pageKeys: number;
  /** The content types of objects by bucket/key. */
  readonly #types = new Map<string, string>();

  constructor(bucketOf: (name: string) => ObjectStore | undefined, pageKeys = PAGE_KEYS) {
    this.#bucketOf = bucketOf;
    this.#pageKeys = pageKeys;
  }

  async answer(request: S3Request): Promise<Reply> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
    const [, name = '', path = ''] = /^\/([^/]*)\/?(.*)$/.exec(pathname) ?? [];
    const bucket = this.#bucketOf(name);
    const isSigned =
      request.headers.authorization !== undefined || searchParams.has('X-Amz-Signature');
    if (bucket === undefined) return s3Error(404, 'NoSuchBucket');
    if (!isSigned) return { ...s3Error(403, 'AccessDenied'), headers: REGION };
    const key = decodeURIComponent(path);
    switch (s3Call(request)) {
      case 'ListObjectsV2':
        return listing(
          await bucket.list(searchParams.get('prefix') ?? ''),
          searchParams,
          this.#pageKeys,
        );
      case 'HeadBucket':
        return { status: 200, headers: REGION, body: '' };
      case 'GetObject':
        return await this.#get(bucket, `${name}/${key}`, key, request.headers);
      case 'PutObject':
        await bucket.put(key, request.body);
        this.#types.set(`${name}/${key}`, request.headers['content-type'] ?? '');
        return { status: 200, body: '' };
      case 'DeleteObject':
        await bucket.remove(key);
        return { status: 204, body: '' };
      default:
        return s3Error(405, 'MethodNotAllowed');
    }
  }

  async #get(
    bucket: ObjectStore,
    name: string,
    key: string,
    { range, 'if-match': wanted }: IncomingHttpHeaders,
  ): Promise<Reply> {
    const [, first = '0', last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const from = Number(first);
    const to = last ? Number(last) + 1 : undefined;
    const found = await bucket.read(key, from, to);
    if (found === undefined) return s3Error(404, 'NoSuchKey');
    const { body, size, version } = found;
    const etag = `"${createHash('md5').update(version).digest('hex')}"`;
    if (wanted !== undefined && wanted !== etag) return s3Error(412, 'PreconditionFailed');
    const end = Math.min(to ?? Number.POSITIVE_INFINITY, size ?? Number.POSITIVE_INFINITY);
    const headers = {
      etag,
      'content-type': this.#types.get(name) || 'binary/octet-stream',
      ...(size !== undefined && { 'content-length': String(end - from) }),
    };
    if (range === undefined || size === undefined) return { status: 200, headers, body };
    const part = { 'content-range': `bytes ${from}-${end - 1}/${size}` };
    return { status: 206, headers: { ...headers, ...part }, body };
  }
}

/** An error of S3. */
export function s3Error(status: number, code: string): Reply {
  return { status, body: `<Error><Code>${code}</Code><Message>${code}</Message></Error>` };
}

function listing(
  objects: readonly StoredObject[],
  query: URLSearchParams,
  pageKeys: number,
): Reply {
  const entries = entriesOf(objects, query).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const from = Number(query.get('continuation-token') ?? 0);
  const page = entries.slice(from, from + pageKeys);
  const next = from + page.length;
  const isTruncated = next < entries.length;
  const token = isTruncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : '';
  const body = `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${token}${page.map(([, xml]) => xml).join('')}</ListBucketResult>`;
  return { status: 200, body };
}

/** Objects, and with a delimiter the folders below the prefix in place of what is in them; each once, by its key. */
function entriesOf(objects: readonly StoredObject[], query: URLSearchParams): [string, string][] {
  const delimiter = query.get('delimiter') ?? '';
  const { length } = query.get('prefix') ?? '';
  const entries = objects.map(({ key, size, modified }): [string, string] => {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, length);
    const folder = key.slice(0, end + 1);
    return end < 0
      ? [
          key,
          `<Contents><Key>${xmlText(key)}</Key><LastModified>${modified.toISOString()}</LastModified><Size>${size}</Size></Contents>`,
        ]
      : [folder, `<CommonPrefixes><Prefix>${xmlText(folder)}</Prefix></CommonPrefixes>`];
  });
  return [...new Map(entries)];
}
