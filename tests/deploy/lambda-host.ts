import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/** Starts to listen on a loopback port. */
export async function startLambdaHost(): Promise<LambdaHost> {
  const functions = new Map<string, LambdaFunction>();
  const server = createServer(async (request, response) => {
    const { event, ...settings } = (await json(request)) as Call;
    // Other settings or another bundle make a new version, with its own environments.
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
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all([...functions.values()].map((each) => each.close()));
  };
  return { url: `http://127.0.0.1:${port}`, close };
}
