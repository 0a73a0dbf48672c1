import { unpackLines } from './envelope.ts';
import { objectEnd } from './json-object.ts';

const OPEN = 123;
const NEWLINE = 10;
/** The member of Firehose's records that could not be transformed: the record as it came. */
const RAW_DATA = '"rawData"';
/** The other members before it take less than this. */
const LOOK_BYTES = 64 * 1024;
/** What one record may unpack to: more than Firehose ever took for one. */
const MAX_LINES_BYTES = 32 * 1024 * 1024;
/** A record of 1,000 KiB in base64, and what is said about it. */
const MAX_OBJECT_BYTES = 4 * 1024 * 1024;

/**
 * The flow log lines in what Firehose keeps of records that could not be transformed (objects below
 * `processing-failed`): JSON objects, one a line or glued, members in any order. Text of any other
 * kind comes out as it went in. An object without lines comes out as it is, which is one malformed
 * line.
 */
export async function* unwrapFailed(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array = new Uint8Array();
  let isFailed: boolean | undefined;
  for await (const piece of pieces) {
    if (isFailed === false) {
      yield piece;
      continue;
    }
    waiting = Buffer.concat([waiting, piece]);
    isFailed ??= looksFailed(waiting);
    if (isFailed === undefined) continue;
    if (isFailed) waiting = yield* unwrapObjects(waiting);
    else {
      yield waiting;
      waiting = new Uint8Array();
    }
  }
  if (waiting.length > 0) yield waiting;
}

/** Undefined while there is too little to tell. */
function looksFailed(text: Uint8Array): boolean | undefined {
  if (text.length > 0 && text[0] !== OPEN) return false;
  const end = objectEnd(text, 0);
  if (end < 0 && text.length < LOOK_BYTES) return undefined;
  const first = text.subarray(0, end < 0 ? LOOK_BYTES : end);
  return Buffer.from(first.buffer, first.byteOffset, first.length).includes(RAW_DATA);
}

/** Gives the lines of all objects that are complete, and returns the rest. */
function* unwrapObjects(text: Uint8Array): Generator<Uint8Array, Uint8Array> {
  let at = 0;
  while (at < text.length) {
    const isObject = text[at] === OPEN;
    const end = isObject ? objectEnd(text, at) : nextObject(text, at);
    if (end < 0 && text.length - at < MAX_OBJECT_BYTES) return text.slice(at);
    const part = text.subarray(at, end < 0 ? text.length : end);
    // Of an object that was given up, the rest is still to come.
    yield* isObject && end >= 0 ? linesOf(part) : between(part);
    at += part.length;
  }
  return new Uint8Array();
}

/** What stands between objects: newlines alone are nothing. */
function* between(part: Uint8Array): Generator<Uint8Array> {
  if (part.some((byte) => byte > NEWLINE)) yield part;
}

function nextObject(text: Uint8Array, at: number): number {
  const next = text.indexOf(OPEN, at);
  return next < 0 ? text.length : next;
}

function* linesOf(object: Uint8Array): Generator<Uint8Array> {
  const lines = rawLines(object);
  yield lines ?? object;
  if (lines === undefined) yield Uint8Array.of(NEWLINE);
}

function rawLines(object: Uint8Array): Buffer | undefined {
  try {
    const { rawData } = JSON.parse(Buffer.from(object).toString());
    if (typeof rawData !== 'string') return undefined;
    return unpackLines(Buffer.from(rawData, 'base64'), MAX_LINES_BYTES);
  } catch {
    return undefined;
  }
}
