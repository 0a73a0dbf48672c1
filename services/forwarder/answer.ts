import type {
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from 'aws-lambda';
import { NEWLINE } from '../../shared/text/ascii.ts';
import type { Delivery } from './records.ts';

/** Lambda's limit for a function's JSON response, 6 MB. */
const ANSWER_LIMIT = 6_291_456;
/** The length of `{"records":[]}`, and of an entry with the longest result, without id and data. */
const ENVELOPE_BYTES = 14;
const ENTRY_BYTES = `{"recordId":"","result":"ProcessingFailed","data":""},`.length;
/** The size of re-ingested records: large, because Firehose bills each record; below its limit of 1,000 KiB. */
const PIECE_BYTES = 500_000;

/** A part of a delivery's text. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Lines that are re-ingested as one record. */
export interface Piece extends Range {
  readonly data: Buffer;
}

/** Which records are answered with their lines, and which lines are re-ingested. */
export interface AnswerPlan {
  /** The records before this index are answered with their lines. */
  readonly kept: number;
  /** The lines of these records, which are exported. */
  readonly text: Buffer;
  /** All other lines, which are re-ingested. */
  readonly reingested: readonly Piece[];
  /** Whether the answer has room for the data of undecodable records. */
  readonly echoes: boolean;
}

/**
 * Limits the answer to 6 MB: keeps as many records as fit, from the first on. The others are re-ingested as plain
 * text. Plain text does not grow in the answer, so these lines fit when they are delivered again.
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
 * The answer to Firehose if all re-ingestion succeeds: every record once, in order. A kept record is Ok, with its
 * lines as plain text. A record without lines, or whose lines are re-ingested, is Dropped. An undecodable record is
 * ProcessingFailed.
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

/** The answer with ProcessingFailed for every record that has lines in a refused piece. */
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

/** Cuts the rest of a text into pieces of whole lines, each without its last newline. */
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
