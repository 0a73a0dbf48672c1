import type { FlowRecord } from '../../flow/record.ts';
import type { Counts, CurrentLine, Outcome } from '../../flowlog/source.ts';
import type { ReportFields } from './fields.ts';

/** What the lines of a report are read into: its sums, or another thread that has them. */
export interface FlowSink {
  /** The text fields of the line that is being read. */
  readonly fields: ReportFields;
  /** The lines read, counted by the sources. */
  readonly records: Counts;
  /** Bytes of text read, after decompression. */
  textBytes: number;
  /** Flows so far. */
  readonly flows: number;
  /** Adds a flow. The record may be overwritten afterwards. */
  add(flow: FlowRecord): void;
  /** Notes a line that is no flow. */
  addOther(outcome: Exclude<Outcome, 'flow'>, line: Pick<CurrentLine, 'interfaceName'>): void;
  /** Resolves when there is room for more flows; undefined while there is. */
  room?(): Promise<void> | undefined;
}
