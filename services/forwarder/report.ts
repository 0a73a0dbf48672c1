import { type ExportSummary, NO_EXPORT } from '../../shared/export/summary.ts';

/** What became of one delivery. */
export interface Report {
  /** Firehose records. */
  records: number;
  /** Records that could not be decoded, and went back as they came. */
  undecodable: number;
  /** Records put into the stream again, and those it refused. */
  reingested: number;
  refused: number;
  /** The delivery came before: answered again, and nothing sent. */
  isDuplicate: boolean;
  /** The export of the lines in the answer: all but those put into the stream again. */
  summary: ExportSummary;
  /** NetFlow records that were not handed to a socket; each counts once for every collector. */
  unsent: number;
  /** From the end of the newest flow to now. */
  lagSeconds: number | undefined;
  /** Why nothing, or not everything, was exported, when that is a fault of this program. */
  failure: unknown;
}

/** The report of a delivery of so many records that nothing has become of yet. */
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

/** A report as it is logged, in one level. */
export function logged({ summary, ...report }: Report) {
  const { encoded, exported, newestEnd, seconds, ...counts } = summary;
  const { records, ...sent } = exported;
  return { ...counts, ...sent, exported: records, ...report };
}
