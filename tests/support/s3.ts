import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { FakeS3, type ObjectStore } from '../../services/local-aws/fake-s3.ts';
import { sendReply } from '../../services/local-aws/reply.ts';

/** An object: its bytes, or how to make them. */
interface KeptObject {
  readonly body: Uint8Array | (() => AsyncIterable<Uint8Array>);
  readonly modified: Date;
}

/** S3 on a loopback port, with as many buckets as are asked for; `objects` are by bucket/key. */
export async function startS3() {
  const objects = new Map<string, KeptObject>();
  const s3 = new FakeS3((name) => bucketOf(objects, name));
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const answer = s3.answer({ method, url, headers, body: await buffer(request) });
    await answer.then((reply) => sendReply(reply, response)).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return {
    objects,
    /** For AWS_ENDPOINT_URL. */
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
    read: async (key) => {
      const { body } = objects.get(`${bucket}/${key}`) ?? {};
      if (body === undefined) return undefined;
      return Readable.from(body instanceof Uint8Array ? [body] : body());
    },
    put: async (key, body) => void objects.set(`${bucket}/${key}`, { body, modified: new Date() }),
    remove: async (key) => void objects.delete(`${bucket}/${key}`),
  };
}
