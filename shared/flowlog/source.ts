import type { FlowRecord } from '../flow/record.ts';
import type { Format } from './format.ts';
import type { TextFields } from './text-fields.ts';

/** What a line can be. Every line but headers and blank ones is exactly one of these. */
export type Outcome = 'flow' | 'nodata' | 'skipdata' | 'nonflow' | 'malformed';

/** The number of lines by outcome. */
export type Counts = Record<Outcome, number>;

/** A line as text: its number from 1, headers and blank lines counted, and the format it is in. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly format: Format;
}

/** The line that a source has just read. Both members make a string each time they are asked for. */
export interface CurrentLine {
  /** The line as text; a source that is not text writes it in the order of its columns. */
  readonly line: Line;
  /** The name of the line's interface, else of its resource or attachment; empty when it has none. */
  readonly interfaceName: string;
}

/** What a source calls for every line. What a callback is given is valid until the callback returns. */
export interface LineHandlers {
  /** Called for every flow. The record is filled anew for the next line. */
  readonly onFlow?: ((flow: FlowRecord, current: CurrentLine) => void) | undefined;
  /** Called for every line that counts and is no flow. */
  readonly onOther?:
    | ((outcome: Exclude<Outcome, 'flow'>, current: CurrentLine) => void)
    | undefined;
}

/** How a source is read, and what receives its lines. */
export interface SourceReader extends LineHandlers {
  /**
   * The format of text until a header line says otherwise. Left out, each line is in AWS's default format or
   * in one of natflow's recordings, whichever it reads as.
   */
  readonly format?: Format | undefined;
  /** Text fields that `onFlow` reads of the current line. */
  readonly fields?: TextFields | undefined;
  /** The lines read are added here when the reading has ended, early or not. */
  readonly counts?: Counts | undefined;
  /** Each step of the iteration reads one line at most. */
  readonly isLineByLine?: boolean | undefined;
}

/**
 * Flow logs in whatever form: text, or columns. The form is known to the source alone; a reader gets
 * flow records, text fields by number and lines.
 */
export interface FlowSource {
  /**
   * Reads the source once. Each step of the iteration reads a part of it, calls the reader's callbacks
   * for every line of that part, and yields the part's size in bytes without compression; nothing is
   * read between two steps. An iteration that is ended early drops the line that was read in part.
   * @throws Error saying what is wrong with the input; everything readable before has been read by then.
   */
  read(reader: SourceReader): AsyncIterable<number>;
}

export function noLines(): Counts {
  return { flow: 0, nodata: 0, skipdata: 0, nonflow: 0, malformed: 0 };
}

export function addCounts(sum: Counts, counts: Readonly<Counts>): void {
  sum.flow += counts.flow;
  sum.nodata += counts.nodata;
  sum.skipdata += counts.skipdata;
  sum.nonflow += counts.nonflow;
  sum.malformed += counts.malformed;
}
