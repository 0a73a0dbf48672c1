import type {
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from 'aws-lambda';
import type { Delivery } from './records.ts';

/** 6 MB: what Lambda lets a function answer, as JSON. */
const ANSWER_LIMIT = 6_291_456;
/** `{"records":[]}`, and an entry with the longest result but without id and data. */
const ENVELOPE_BYTES = 14;
const ENTRY_BYTES = `{"recordId":"","result":"ProcessingFailed","data":""},`.length;
/** Large enough to be worth a record's price, small enough for many to fit a request (limit 1,000 KiB). */
const PIECE_BYTES = 500_000;
const NEWLINE = 10;

/** A part of a delivery's text. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Lines to put into the stream again as one record. */
export interface Piece extends Range {
  readonly data: Buffer;
}

/** Which records are answered with their lines now, and what becomes of the lines of the others. */
export interface AnswerPlan {
  /** The records before this index are answered with their lines. */
  readonly kept: number;
  /** The lines of the records kept: what is exported. */
  readonly text: Buffer;
  /** The other lines, which are put into the stream again. */
  readonly reingested: readonly Piece[];
  /** There is room to give back what cannot be decoded. */
  readonly echoes: boolean;
}

/**
 * Makes sure the answer fits 6 MB: as many records as possible are kept, from the first on. What is
 * put into the stream again is plain text, which never grows, so it is kept the next time.
 */
export function planAnswer(
  records: readonly FirehoseTransformationEventRecord[],
  { text, ends, undecodable }: Delivery,
  limit = ANSWER_LIMIT,
): AnswerPlan {
  let bytes = records.reduce(
    (sum, { recordId }) => sum + ENTRY_BYTES + recordId.length,
    ENVELOPE_BYTES,
  );
  const originals = records.reduce(
    (sum, { data }, index) => (undecodable.has(index) ? sum + data.length : sum),
    0,
  );
  const echoes = bytes + originals <= limit;
  if (echoes) bytes += originals;
  let kept = 0;
  let end = 0;
  for (const next of ends) {
    bytes += Math.ceil((next - end) / 3) * 4;
    if (bytes > limit) break;
    end = next;
    kept++;
  }
  return { kept, text: text.subarray(0, end), reingested: cut(text, end), echoes };
}

/**
 * Firehose's answer if the stream takes everything: every record once, in order. Its lines as plain
 * text where they are kept, Dropped where there are none or they are put into the stream again,
 * ProcessingFailed where it cannot be decoded.
 */
export function buildAnswer(
  records: readonly FirehoseTransformationEventRecord[],
  { text, ends, undecodable }: Delivery,
  { kept, echoes }: AnswerPlan,
): FirehoseTransformationResult {
  let start = 0;
  const answers = records.map(({ recordId, data }, index): FirehoseTransformationResultRecord => {
    const from = start;
    const to = ends[index] ?? from;
    start = to;
    if (undecodable.has(index)) {
      return echoes
        ? { recordId, result: 'ProcessingFailed', data }
        : { recordId, result: 'ProcessingFailed' };
    }
    if (from === to || index >= kept) return { recordId, result: 'Dropped' };
    return { recordId, result: 'Ok', data: text.toString('base64', from, to) };
  });
  return { records: answers };
}

/** The answer with ProcessingFailed for every record of which the stream has refused a line. */
export function failRefused(
  { records }: FirehoseTransformationResult,
  { ends }: Delivery,
  refused: readonly Range[],
): FirehoseTransformationResult {
  if (refused.length === 0) return { records };
  let start = 0;
  const answers = records.map((record, index): FirehoseTransformationResultRecord => {
    const from = start;
    const to = ends[index] ?? from;
    start = to;
    const isLost = from < to && refused.some((piece) => piece.from < to && from < piece.to);
    return isLost ? { recordId: record.recordId, result: 'ProcessingFailed' } : record;
  });
  return { records: answers };
}

/** Cuts the rest of a text into records of whole lines; the last newline of each goes without saying. */
function cut(text: Buffer, from: number): Piece[] {
  const pieces: Piece[] = [];
  while (from < text.length) {
    const to = pieceEnd(text, from);
    pieces.push({ from, to, data: text.subarray(from, to - 1) });
    from = to;
  }
  return pieces;
}

function pieceEnd(text: Buffer, from: number): number {
  if (text.length - from <= PIECE_BYTES) return text.length;
  const end = text.lastIndexOf(NEWLINE, from + PIECE_BYTES - 1) + 1;
  return end > from ? end : text.indexOf(NEWLINE, from) + 1;
}
