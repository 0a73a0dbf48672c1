import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { objectEnd } from './json-object.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const OPEN = 123;
/** gzip in gzip, a message in a message: nobody means more than this. */
const MAX_DEPTH = 5;

/**
 * The flow log lines one delivered record holds, each ended by a newline; empty when it holds none
 * (a CONTROL_MESSAGE of CloudWatch Logs), undefined when it cannot be decoded or unpacks to more
 * than `limit` bytes. Lines may be plain, in `{"message":"<line>"}`, in the payload of a CloudWatch
 * Logs subscription, in gzip; one after the other and one in the other. Plain lines stay as they are.
 */
export function unpackLines(record: Buffer, limit: number): Buffer | undefined {
  const lines: Buffer[] = [];
  try {
    unpack(record, lines, { depth: 0, limit });
  } catch {
    return undefined;
  }
  const text = Buffer.concat(lines);
  return text.length <= limit ? text : undefined;
}

interface Position {
  readonly depth: number;
  readonly limit: number;
}

function unpack(bytes: Buffer, lines: Buffer[], { depth, limit }: Position): void {
  if (depth > MAX_DEPTH) throw new RangeError(`more than ${MAX_DEPTH} envelopes`);
  const inside = { depth: depth + 1, limit };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    unpack(gunzipSync(bytes, { maxOutputLength: limit }), lines, inside);
    return;
  }
  if (!isUtf8(bytes) || bytes.includes(0)) throw new TypeError('not text');
  for (let at = 0; at < bytes.length; ) {
    const isObject = bytes[at] === OPEN;
    const end = isObject ? objectEnd(bytes, at) : plainEnd(bytes, at);
    const part = bytes.subarray(at, end);
    // An object without an end lacks its last byte here, and is no JSON.
    if (isObject) unpackObject(JSON.parse(part.toString()), lines, inside);
    else addPlain(part, lines);
    at = isObject ? skipNewline(bytes, end) : end;
  }
}

function unpackObject(object: unknown, lines: Buffer[], inside: Position): void {
  const { message, messageType, logEvents, awslogs } = object as Record<string, unknown>;
  if (typeof message === 'string') {
    unpack(Buffer.from(message), lines, inside);
  } else if (Array.isArray(logEvents) && messageType !== 'CONTROL_MESSAGE') {
    for (const event of logEvents) unpackObject({ message: event.message }, lines, inside);
  } else if (isLogsEvent(awslogs)) {
    unpack(Buffer.from(awslogs.data, 'base64'), lines, inside);
  } else if (messageType !== 'CONTROL_MESSAGE') {
    throw new TypeError('not a record with flow log lines');
  }
}

/** How a Lambda function gets a subscription's payload. */
function isLogsEvent(value: unknown): value is { data: string } {
  return typeof value === 'object' && value !== null && 'data' in value;
}

function addPlain(text: Buffer, lines: Buffer[]): void {
  lines.push(text);
  if (text.at(-1) !== NEWLINE) lines.push(Buffer.of(NEWLINE));
}

/** Plain text goes on until a line begins with an object. */
function plainEnd(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf('\n{', at);
  return newline < 0 ? bytes.length : newline + 1;
}

/** The newline after an object separates records; it is no line of its own. */
function skipNewline(bytes: Buffer, at: number): number {
  const next = bytes[at] === CARRIAGE_RETURN ? at + 1 : at;
  return bytes[next] === NEWLINE ? next + 1 : at;
}
