import { type ExportSummary, NO_EXPORT } from '../../shared/export/summary.ts';

/** The report of one delivery. */
export interface Report {
  /** Firehose records. */
  records: number;
  /** Records that could not be decoded and were returned unchanged. */
  undecodable: number;
  /** Re-ingested records, and those that the stream refused. */
  reingested: number;
  refused: number;
  /** The delivery is a retry: it was answered again, and not exported again. */
  isDuplicate: boolean;
  /** The export of the lines in the answer, which are all but the re-ingested ones. */
  summary: ExportSummary;
  /** NetFlow records that a collector's socket did not take. Each counts once for each such collector. */
  unsent: number;
  /** Seconds from the end of the newest exported flow to now. */
  lagSeconds: number | undefined;
  /** The error of a port or of this program that kept flows from being exported or lines from being re-ingested. */
  failure: unknown;
}

/** The report of a delivery of this many records before it is processed. */
export function newReport(records: number): Report {
  return {
    records,
    undecodable: 0,
    reingested: 0,
    refused: 0,
    isDuplicate: false,
    summary: NO_EXPORT,
    unsent: 0,
    lagSeconds: undefined,
    failure: undefined,
  };
}
