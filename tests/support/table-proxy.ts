import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { arrayBuffer } from 'node:stream/consumers';
import type { DynamoDb } from '../../services/local-aws/dynamodb.ts';

/** What becomes of a request. */
export type End = 'pass' | 'lose the answer' | 'hang';

/** By the request's body. */
export type Fate = (body: string) => End | Promise<End>;

/** The database behind a network that applies `fate` to each request. `onAnswer` is called for what it answered. */
export async function startTableProxy(
  { endpoint }: DynamoDb,
  fate: Fate,
  onAnswer = () => {},
): Promise<Server> {
  const server = createServer(async (request, response) => {
    const body = await arrayBuffer(request);
    const end = await fate(Buffer.from(body).toString());
    if (end === 'hang') return;
    const headers = { ...request.headers } as Record<string, string>;
    delete headers['connection'];
    const answer = await fetch(endpoint, { method: 'POST', headers, body }).catch(() => undefined);
    // The database closes idle connections, and all of them when it stops.
    if (answer === undefined) return void request.socket.destroy();
    const bytes = Buffer.from(await answer.arrayBuffer());
    onAnswer();
    if (end === 'lose the answer') return;
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(bytes);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export function endpointOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
