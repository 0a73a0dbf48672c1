import { isAscii } from 'node:buffer';
import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import { decodeMessage, unpackLines } from '../../shared/flowlog/envelope/envelope.ts';
import { BACKSLASH, NEWLINE, OPEN_BRACE } from '../../shared/text/ascii.ts';

/** Returned in place of the end of a record's text. */
const NOT_DECODED = -1;
/** The first byte of a gzip member. */
const GZIP = 0x1f;
/** The most text of a delivery: ten times the 3 MB that Firehose sends at most. */
const MAX_TEXT_BYTES = 32 * 1024 * 1024;
/** Memory up to this size is reused for the next delivery. Larger memory is freed. */
const KEPT_BYTES = 8 * 1024 * 1024;
/** A longer line could not be re-ingested: Firehose's limit for a record is 1,000 KiB. */
const MAX_LINE_BYTES = 1000 * 1024;

/** The lines of a delivery, in the order of its records; valid until the next one is decoded. */
export interface Delivery {
  /** All lines, each ended by a newline. */
  readonly text: Buffer;
  /** The end of each record's text. It begins at the end of the record before. */
  readonly ends: Uint32Array;
  /** Records that cannot be decoded, by index; they have no text. */
  readonly undecodable: ReadonlySet<number>;
}

/** Decodes the records of one delivery after the other into the same memory. */
export class RecordDecoder {
  #scratch = Buffer.of();

  decode(records: readonly FirehoseTransformationEventRecord[]): Delivery {
    const bound = records.reduce((sum, { data }) => sum + decodedLength(data) + 1, 0);
    if (this.#scratch.length > KEPT_BYTES) this.#scratch = Buffer.of();
    this.#makeRoom(bound);
    const delivery = this.#decodeAll(records, bound, true);
    return isVerbatim(delivery.text) ? delivery : this.#decodeAll(records, bound, false);
  }

  /** `isSimple`: assumes that the text of all records is verbatim. False: checks each record. */
  #decodeAll(
    records: readonly FirehoseTransformationEventRecord[],
    bound: number,
    isSimple: boolean,
  ): Delivery {
    const ends = new Uint32Array(records.length);
    const undecodable = new Set<number>();
    let at = 0;
    for (const [index, { data }] of records.entries()) {
      let end = this.#decodeMessage(data, at, isSimple);
      if (end === NOT_DECODED) end = this.#decodePlain(data, at, isSimple);
      if (end === NOT_DECODED) end = this.#decodeOther(data, at, bound);
      if (end === NOT_DECODED) undecodable.add(index);
      else at = end;
      ends[index] = at;
    }
    return { text: this.#scratch.subarray(0, at), ends, undecodable };
  }

  /** Writes the line of a `{"message":…}` record to `at`. Returns its end, or NOT_DECODED for any other record. */
  #decodeMessage(data: string, at: number, isSimple: boolean): number {
    const end = decodeMessage(data, decodedLength(data), this.#scratch, at);
    const isDecoded = isSimple || isVerbatim(this.#scratch.subarray(at, end));
    return isDecoded ? end : NOT_DECODED;
  }

  /** The same for a record of plain lines, but only with `isSimple`. */
  #decodePlain(data: string, at: number, isSimple: boolean): number {
    const scratch = this.#scratch;
    const end = at + scratch.write(data, at, 'base64');
    if (!isSimple || end === at || end - at !== decodedLength(data)) return NOT_DECODED;
    scratch[end] = OPEN_BRACE;
    if (scratch[at] === GZIP || scratch.indexOf(OPEN_BRACE, at) !== end) return NOT_DECODED;
    if (scratch[end - 1] === NEWLINE) return end;
    scratch[end] = NEWLINE;
    return end + 1;
  }

  #decodeOther(data: string, at: number, bound: number): number {
    const record = Buffer.from(data, 'base64');
    if (record.length !== decodedLength(data)) return NOT_DECODED;
    const lines = unpackLines(record, MAX_TEXT_BYTES - at);
    if (lines === undefined || hasLongLine(lines)) return NOT_DECODED;
    this.#makeRoom(at + lines.length + bound);
    return at + lines.copy(this.#scratch, at);
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#scratch.length) return;
    const scratch = Buffer.allocUnsafeSlow(Math.ceil(bytes * 1.5));
    this.#scratch.copy(scratch);
    this.#scratch = scratch;
  }
}

/** Whether the text has no escapes and no bytes that could be invalid. */
function isVerbatim(text: Buffer): boolean {
  return isAscii(text) && !text.includes(BACKSLASH) && !text.includes(0);
}

function hasLongLine(lines: Buffer): boolean {
  for (let at = 0; lines.length - at > MAX_LINE_BYTES; ) {
    const end = lines.lastIndexOf(NEWLINE, at + MAX_LINE_BYTES) + 1;
    if (end <= at) return true;
    at = end;
  }
  return false;
}

/** The number of bytes that valid base64 of this length decodes to. Text that decodes to fewer is invalid. */
function decodedLength(data: string): number {
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  return Math.ceil(data.length / 4) * 3 - padding;
}
