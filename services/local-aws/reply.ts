import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a stand-in answers; XML when no header says otherwise. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

/** Sends an answer; rejects when its body breaks off. */
export async function sendReply(
  { status, headers, body }: Reply,
  outgoing: ServerResponse,
): Promise<void> {
  outgoing.writeHead(status, { 'content-type': 'text/xml', ...headers });
  if (typeof body === 'string') outgoing.end(body);
  else await pipeline(body, outgoing);
}

/** JSON as AWS answers it: of a protocol's version, or plain. */
export function json(status: number, value: object, version?: string): Reply {
  const type = version === undefined ? 'application/json' : `application/x-amz-json-${version}`;
  return { status, body: JSON.stringify(value), headers: { 'content-type': type } };
}

/** An error of the services that speak JSON. */
export function jsonError(status: number, type: string): Reply {
  const reply = json(status, { __type: type, message: `${type} injected`, Message: type });
  return { ...reply, headers: { ...reply.headers, 'x-amzn-errortype': type } };
}

/** Text as it may stand in XML. */
export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
