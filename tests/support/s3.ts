import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** An object: its bytes, or how to make them. */
interface StoredObject {
  readonly body: Uint8Array | (() => AsyncIterable<Uint8Array>);
  readonly modified: Date;
  readonly type?: string | undefined;
}

/** Listings come in pages of so many keys, so that whoever reads only the first is found out. */
const PAGE_KEYS = 3;

/** S3 on a loopback port, for reading, listing, writing and deleting; `objects` are by bucket/key. */
export async function startS3() {
  const objects = new Map<string, StoredObject>();
  const server = createServer((request, response) => {
    answer(objects, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return {
    objects,
    /** For AWS_ENDPOINT_URL. */
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put(name: string, body: StoredObject['body'] | string, modified = new Date()): void {
      objects.set(name, { body: typeof body === 'string' ? Buffer.from(body) : body, modified });
    },
    stop(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(
  objects: Map<string, StoredObject>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = '', headers } = request;
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const name = decodeURIComponent(pathname).slice(1);
  if (headers.authorization === undefined && !searchParams.has('X-Amz-Signature')) {
    response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
  } else if (searchParams.has('list-type')) {
    response.end(listing(objects, name.replace(/\/$/, ''), searchParams));
  } else if (method === 'PUT') {
    const body = await buffer(request);
    objects.set(name, { body, modified: new Date(), type: headers['content-type'] });
    response.end();
  } else if (method === 'DELETE') {
    objects.delete(name);
    response.writeHead(204).end();
  } else {
    const object = objects.get(name);
    if (object === undefined) {
      response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
      return;
    }
    response.setHeader('content-type', object.type ?? 'binary/octet-stream');
    await pipeline(bytesOf(object), response);
  }
}

function bytesOf({ body }: StoredObject): Readable {
  return Readable.from(body instanceof Uint8Array ? [body] : body());
}

function listing(
  objects: ReadonlyMap<string, StoredObject>,
  bucket: string,
  query: URLSearchParams,
): string {
  const prefix = `${bucket}/${query.get('prefix') ?? ''}`;
  const names = [...objects.keys()].filter((name) => name.startsWith(prefix)).sort();
  const from = Number(query.get('continuation-token') ?? 0);
  const page = names.slice(from, from + PAGE_KEYS);
  const contents = page.map((name) => {
    const { body, modified } = objects.get(name) ?? { body: '', modified: new Date() };
    const size = body instanceof Uint8Array ? body.length : 1;
    return `<Contents><Key>${name.slice(bucket.length + 1)}</Key><LastModified>${modified.toISOString()}</LastModified><Size>${size}</Size></Contents>`;
  });
  const next = from + page.length;
  const isTruncated = next < names.length;
  return `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${isTruncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : ''}${contents.join('')}</ListBucketResult>`;
}
