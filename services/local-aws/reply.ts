import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The response of a stand-in. Its content type is XML unless a header says otherwise. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

/** Sends a reply; rejects when its body ends early. */
export async function sendReply(
  { status, headers, body }: Reply,
  outgoing: ServerResponse,
): Promise<void> {
  outgoing.writeHead(status, { 'content-type': 'text/xml', ...headers });
  if (typeof body === 'string') outgoing.end(body);
  else await pipeline(body, outgoing);
}

/** A JSON reply. `version` is that of the AWS JSON protocol, 1.0 or 1.1; left out, the type is plain JSON. */
export function json(status: number, value: object, version?: string): Reply {
  const type = version === undefined ? 'application/json' : `application/x-amz-json-${version}`;
  return { status, body: JSON.stringify(value), headers: { 'content-type': type } };
}

/** An error of the services with a JSON protocol. */
export function jsonError(status: number, type: string): Reply {
  const reply = json(status, { __type: type, message: `${type} injected`, Message: type });
  return { ...reply, headers: { ...reply.headers, 'x-amzn-errortype': type } };
}

/** Text escaped for XML. */
export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
