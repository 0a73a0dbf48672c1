import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { objectEnd } from './json-object.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const OPEN = 123;
/** The deepest nesting, such as gzip in gzip or a message in a message. Deeper input is not unpacked. */
const MAX_DEPTH = 5;

/** The JSON records that carry lines: Firehose's own, and what CloudWatch Logs sends to subscriptions. */
interface LogRecord {
  readonly message?: unknown;
  readonly messageType?: unknown;
  readonly logEvents?: readonly LogRecord[];
  /** How a Lambda function gets a subscription's payload. */
  readonly awslogs?: { readonly data: string };
}

/**
 * The flow log lines one delivered record holds, each ended by a newline; empty when it holds none
 * (a CONTROL_MESSAGE of CloudWatch Logs), undefined when it cannot be decoded or unpacks to more
 * than `limit` bytes. Lines may be plain, in `{"message":"<line>"}`, in the payload of a CloudWatch
 * Logs subscription, in gzip; one after the other and one in the other. Plain lines stay as they are.
 */
export function unpackLines(record: Buffer, limit: number): Buffer | undefined {
  return encode(() => linesIn(record, limit, 0), limit);
}

/** The same for a record that is one JSON object. */
export function unpackObject(json: string, limit: number): Buffer | undefined {
  return encode(() => linesOf(JSON.parse(json), limit, 1), limit);
}

function encode(unpack: () => string, limit: number): Buffer | undefined {
  try {
    const text = Buffer.from(unpack());
    return text.length <= limit && !text.includes(0) ? text : undefined;
  } catch {
    return undefined;
  }
}

function linesIn(bytes: Buffer, limit: number, depth: number): string {
  if (depth > MAX_DEPTH) throw new RangeError('too deep');
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return linesIn(gunzipSync(bytes, { maxOutputLength: limit }), limit, depth + 1);
  }
  if (!isUtf8(bytes)) throw new TypeError('not text');
  let lines = '';
  for (let at = 0; at < bytes.length; ) {
    const isObject = bytes[at] === OPEN;
    const end = isObject ? objectEnd(bytes, at) : plainEnd(bytes, at);
    // An object without an end lacks its last byte here, and is no JSON.
    const part = bytes.toString('utf8', at, end);
    lines += isObject ? linesOf(JSON.parse(part), limit, depth + 1) : ended(part);
    at = isObject ? skipNewline(bytes, end) : end;
  }
  return lines;
}

function linesOf(record: LogRecord, limit: number, depth: number): string {
  const { message, messageType, logEvents, awslogs } = record;
  if (messageType === 'CONTROL_MESSAGE') return '';
  if (typeof message === 'string') {
    const isPlain = message !== '' && !message.includes('{');
    return isPlain ? ended(message) : linesIn(Buffer.from(message), limit, depth);
  }
  if (awslogs) return linesIn(Buffer.from(awslogs.data, 'base64'), limit, depth);
  if (logEvents) return logEvents.map((event) => linesOf(event, limit, depth)).join('');
  throw new TypeError('no lines');
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
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
