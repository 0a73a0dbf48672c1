import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { FakeS3, type ObjectStore, s3Call, s3Error } from '../../services/local-aws/fake-s3.ts';
import { type Reply, sendReply } from '../../services/local-aws/reply.ts';

/** An object: its bytes, or a function that creates them. */
interface KeptObject {
  readonly body: Uint8Array | (() => AsyncIterable<Uint8Array>);
  readonly modified: Date;
}

/** A fault of reading an object; `after` is the number of bytes before it. */
export type ReadFault =
  | { readonly how: 'silent' }
  | { readonly how: 'hang' | 'reset' | 'end'; readonly after: number }
  | { readonly how: 'error'; readonly status: number; readonly code: string }
  | { readonly how: 'replaced' | 'deleted' | 'checksum' };

/** S3 on a loopback port, in which every bucket exists; `objects` are by bucket/key. */
export async function startS3(pageKeys?: number) {
  const objects = new Map<string, KeptObject>();
  /** The faults of the next requests, in order. */
  const faults: ReadFault[] = [];
  /** The Range headers of the read requests. */
  const reads: (string | undefined)[] = [];
  /** The prefixes that were listed. */
  const lists: string[] = [];
  const s3 = new FakeS3((name) => bucketOf(objects, name), pageKeys);
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url, headers } = request;
    const body = await buffer(request);
    const isRead = s3Call(request) === 'GetObject';
    if (isRead) reads.push(headers.range);
    else lists.push(new URL(url ?? '/', 'http://s3').searchParams.get('prefix') ?? '');
    const fault = isRead ? faults.shift() : undefined;
    change(objects, fault);
    const reply = await s3.answer({ method, url, headers, body });
    await (fault === undefined ? sendReply(reply, response) : fail(fault, reply, response));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return {
    objects,
    faults,
    reads,
    lists,
    /** The value for AWS_ENDPOINT_URL. */
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put(name: string, body: KeptObject['body'] | string, modified = new Date()): void {
      objects.set(name, { body: typeof body === 'string' ? Buffer.from(body) : body, modified });
    },
    stop(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}

function change(objects: Map<string, KeptObject>, fault: ReadFault | undefined): void {
  if (fault?.how === 'deleted') objects.clear();
  if (fault?.how !== 'replaced') return;
  for (const [name, { modified }] of objects) {
    objects.set(name, { body: Buffer.from('another'), modified: new Date(+modified + 1000) });
  }
}

async function fail(fault: ReadFault, reply: Reply, response: ServerResponse): Promise<void> {
  switch (fault.how) {
    case 'silent':
      return;
    case 'error':
      return await sendReply(s3Error(fault.status, fault.code), response);
    case 'checksum': {
      const headers = { ...reply.headers, 'x-amz-checksum-crc32': 'AAAAAA==' };
      return await sendReply({ ...reply, headers }, response);
    }
    case 'replaced':
    case 'deleted':
      return await sendReply(reply, response);
    default:
      return await breakOff(fault, reply, response);
  }
}

async function breakOff(
  { how, after }: Extract<ReadFault, { after: number }>,
  { status, headers, body }: Reply,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(status, { ...headers }).flushHeaders();
  const whole = await buffer(typeof body === 'string' ? Readable.from(body) : body);
  await new Promise<void>((sent) => response.write(whole.subarray(0, after), () => sent()));
  if (how === 'reset') response.socket?.resetAndDestroy();
  if (how === 'end') response.socket?.end();
}

function bucketOf(objects: Map<string, KeptObject>, bucket: string): ObjectStore {
  return {
    list: async (prefix) =>
      [...objects]
        .filter(([name]) => name.startsWith(`${bucket}/${prefix}`))
        .map(([name, { body, modified }]) => ({
          key: name.slice(bucket.length + 1),
          size: body instanceof Uint8Array ? body.length : 1,
          modified,
        })),
    read: async (key, from, to) => {
      const found = objects.get(`${bucket}/${key}`);
      if (found === undefined) return undefined;
      const { body, modified } = found;
      const version = modified.toISOString();
      if (!(body instanceof Uint8Array)) {
        return { body: Readable.from(body()), size: undefined, version };
      }
      return { body: Readable.from([body.subarray(from, to)]), size: body.length, version };
    },
    put: async (key, body) => void objects.set(`${bucket}/${key}`, { body, modified: new Date() }),
    remove: async (key) => void objects.delete(`${bucket}/${key}`),
  };
}

/** Points commands that are started from here on to this S3. */
export function useS3({ endpoint }: { readonly endpoint: string }): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
}
