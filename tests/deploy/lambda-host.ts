import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { LambdaFunction } from '../../services/local-aws/lambda/function.ts';

/** An invocation: a bundle on disk with its settings, and the event. */
interface Call {
  readonly name: string;
  readonly bundle: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string>>;
  readonly event: unknown;
}

/** An HTTP server that runs deployed functions in AWS's runtime client, frozen between events. */
export interface LambdaHost {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const ENVIRONMENTS = 4;
/** What the host answers in place of AWS's list of addresses: tests talk to loopback alone. */
const IP_RANGES = join(import.meta.dirname, '../fixtures/ip-ranges.json');

/** Starts to listen on a loopback port. */
export async function startLambdaHost(): Promise<LambdaHost> {
  const functions = new Map<string, LambdaFunction>();
  let url = '';
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      createReadStream(IP_RANGES).pipe(response);
      return;
    }
    const { event, ...called } = (await json(request)) as Call;
    const settings = { ...called, env: { ...called.env, NATFLOW_IP_RANGES_URL: url } };
    // Other settings or another bundle are another version, with environments of its own.
    const version = JSON.stringify(settings);
    const found =
      functions.get(version) ?? new LambdaFunction({ ...settings, environments: ENVIRONMENTS });
    functions.set(version, found);
    const { payload, error } = await found.invoke(event);
    const failed = error !== undefined;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ failed, payload: JSON.stringify(error ?? payload ?? null) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all([...functions.values()].map((each) => each.close()));
  };
  return { url, close };
}
