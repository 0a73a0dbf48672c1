import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { fetchIpRanges } from './ip-ranges.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The address of a server that answers so. */
async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/ip-ranges.json`;
}

test('the ranges are read as JSON', async () => {
  const url = await serve((_, response) => response.end('{"prefixes":[]}'));
  expect(await fetchIpRanges(url)).toEqual({ prefixes: [] });
});

test.each<[string, RequestListener, RegExp]>([
  ['with an error', (_, response) => response.writeHead(503).end(), /: status 503$/],
  ['without JSON', (_, response) => response.end('<html>'), /: Unexpected token/],
  ['by closing', ({ socket }) => socket.destroy(), /: other side closed$/],
])('a server that answers %s is told with its address', async (_, answer, reason) => {
  const url = await serve(answer);
  const reading = fetchIpRanges(url, 60_000);
  await expect(reading).rejects.toThrow(url);
  await expect(reading).rejects.toThrow(reason);
});

test.each<[string, RequestListener]>([
  ['does not answer', () => {}],
  ['does not end', (_, response) => response.write('{')],
])('a server that %s in time is told with its address', async (_, answer) => {
  const url = await serve(answer);
  const timeout = `${url}: The operation was aborted due to timeout`;
  await expect(fetchIpRanges(url, 200)).rejects.toThrow(timeout);
});
