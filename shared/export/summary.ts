import { type Counts, noLines } from '../flowlog/source.ts';
import { type Exported, NOTHING_EXPORTED } from './exported.ts';

/** The flows as encoded into export packets, whether or not a collector's socket took them. */
interface Encoded {
  /** NetFlow records: one per flow, or several when v5 splits its counters. */
  readonly records: number;
  /** Export packets. Each is sent to every collector. */
  readonly datagrams: number;
  /** Exact sums over the flows, in decimal digits. */
  readonly bytes: string;
  readonly packets: string;
}

/** The summary of an export: its lines by outcome, and its flows. */
export interface ExportSummary {
  /** flows + nodata + skipdata + nonflow + malformed. */
  readonly lines: number;
  readonly flows: number;
  readonly nodata: number;
  readonly skipdata: number;
  readonly nonflow: number;
  readonly malformed: number;
  /** Flows that are not exported: of the excluded leg, natflow's own traffic, and those the version cannot carry. */
  readonly otherLeg: number;
  readonly ownTraffic: number;
  readonly notExportable: number;
  readonly encoded: Encoded;
  readonly exported: Exported;
  /** The latest end of an exported flow, in Unix seconds; 0 when none has an end. */
  readonly newestEnd: number;
  /** Why the fallback identity was used; undefined when it was not. */
  readonly fallback: string | undefined;
  /** Since the export began. */
  readonly seconds: number;
}

/** The summary of an export that has not begun. */
export const NO_EXPORT: ExportSummary = {
  ...lineCounts(noLines()),
  otherLeg: 0,
  ownTraffic: 0,
  notExportable: 0,
  encoded: { records: 0, datagrams: 0, bytes: '0', packets: '0' },
  exported: NOTHING_EXPORTED,
  newestEnd: 0,
  fallback: undefined,
  seconds: 0,
};

/** The members of a summary that count lines, from the parser's counts. */
export function lineCounts({ flow: flows, nodata, skipdata, nonflow, malformed }: Counts) {
  const lines = flows + nodata + skipdata + nonflow + malformed;
  return { lines, flows, nodata, skipdata, nonflow, malformed };
}

/** The members that `natflow replay --json` prints and the replayer logs, in their order. */
export function printedSummary(summary: ExportSummary) {
  const { ownTraffic, encoded, exported, newestEnd, fallback, seconds, ...counts } = summary;
  return { ...counts, ...encoded, seconds };
}
