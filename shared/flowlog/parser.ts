import { FlowRecord, NODATA, OK, SKIPDATA } from '../flow/record.ts';
import { squeezeBlanks } from './blanks.ts';
import { compileReader, type LineReader } from './compile.ts';
import { DEFAULT_FORMAT, type Format, formatOfHeader, RECORDING_FORMAT } from './format.ts';
import type { Notes } from './notes.ts';
import { Pieces } from './pieces.ts';
import { lines, unwrapRecord } from './unwrap.ts';

/** What a line can be. Every line but headers and blank ones is exactly one of these. */
export type Outcome = 'flow' | 'nodata' | 'skipdata' | 'nonflow' | 'malformed';

/** The lines read so far, by outcome. */
export type Counts = Record<Outcome, number>;

/** A line as it stands in the input: its number from 1, headers and blank lines counted. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly format: Format;
}

export interface ParserOptions {
  /**
   * The format until a header line says otherwise. Left out, it is the default format, or natflow's
   * own when the first line that reads does so by that: its archive has no headers.
   */
  readonly format?: Format | undefined;
  /** What to mark of the line at hand, for the callbacks. */
  readonly notes?: Notes | undefined;
  /** Called for every flow. The record is filled anew for the next line. */
  readonly onFlow?: (flow: FlowRecord) => void;
  /** Called for every line that counts and is no flow. */
  readonly onOther?: (outcome: Exclude<Outcome, 'flow'>) => void;
}

const NEWLINE = 10;
const BLANK = 32;
const BRACE = 123;
/** No header is longer: all fields AWS documents take a fifth of this. */
const LONGEST_HEADER = 8 * 1024;

/**
 * Reads flow log text in pieces of any size: plain lines in a format given or announced by header
 * lines, and `{"message":"<line>"}` records, glued or a line each. It never throws on data; what
 * does not read is counted as malformed and leaves its neighbours alone.
 */
export class FlowLogParser {
  readonly counts: Counts = { flow: 0, nodata: 0, skipdata: 0, nonflow: 0, malformed: 0 };
  readonly #onFlow: (flow: FlowRecord) => void;
  readonly #onOther: (outcome: Exclude<Outcome, 'flow'>) => void;
  readonly #notes: Notes | undefined;
  #format: Format;
  /** The format is neither given nor announced by a header. */
  #isGuessed: boolean;
  #reader: LineReader;
  #flow = new FlowRecord();
  readonly #pieces: Pieces;
  /** The text being read and how much of it there is. */
  #window: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(this.#window.buffer);
  #filled = 0;
  /** After the last newline that has been seen: no plain line goes further. */
  #end = 0;
  #lineNumber = 0;
  /** The line at hand. */
  #from = 0;
  #to = 0;

  constructor({ format, notes, onFlow = () => {}, onOther = () => {} }: ParserOptions = {}) {
    this.#onFlow = onFlow;
    this.#onOther = onOther;
    this.#notes = notes;
    this.#isGuessed = format === undefined;
    this.#format = format ?? DEFAULT_FORMAT;
    this.#reader = compileReader(this.#format, notes);
    this.#pieces = new Pieces(
      (window, filled, end) => this.#readLines(window, filled, end),
      () => this.#lose(),
    );
  }

  /** The line at hand, for the callbacks. */
  get line(): Line {
    return {
      number: this.#lineNumber,
      text: this.#text(this.#from, this.#to),
      format: this.#format,
    };
  }

  /** The name of the flow's interface (or resource), for the callback that is given the flow. */
  interfaceName(flow: FlowRecord): string {
    if (flow.interfaceAt < 0) return '';
    const [name = ''] = this.#text(flow.interfaceAt, this.#to).split(/\s/, 1);
    return name;
  }

  /**
   * Reads the next piece of the input, which it may write to; a line that the piece does not finish
   * waits for the next one.
   */
  write(piece: Uint8Array): void {
    this.#pieces.write(piece);
  }

  /** The input is over: reads what waits as the last line. */
  end(): void {
    this.#pieces.end();
  }

  /** The input broke off: the line that was cut off is none. */
  breakOff(): void {
    this.#pieces.breakOff();
  }

  /** Reads all lines that are complete, the plain ones up to `end`, and returns where the rest begins. */
  #readLines(window: Uint8Array, filled: number, end: number): number {
    this.#window = window;
    if (this.#notes !== undefined) this.#notes.window = window;
    this.#view = new DataView(window.buffer, window.byteOffset, window.length);
    this.#filled = filled;
    this.#end = end;
    let at = 0;
    while (at < filled) {
      const next = this.#readLine(at);
      if (next < 0) break;
      at = next;
    }
    return at;
  }

  /** Reads the line at `at` and returns where the next one begins, or -1 when it is not complete. */
  #readLine(at: number): number {
    const first = this.#window[at] ?? 0;
    if (first === BRACE) return this.#readRecord(at);
    if (at >= this.#end) return -1;
    if (first > BLANK) {
      const newline = this.#reader(this.#window, this.#view, at, this.#flow);
      if (newline >= 0) return this.#settle(at, newline);
    }
    return this.#readUnusual(at);
  }

  /** Decides what a line is that reads as the format says. */
  #settle(at: number, newline: number): number {
    const { logStatus, source, destination } = this.#flow;
    if (logStatus === OK && source.family !== 0 && destination.family !== 0) {
      this.counts.flow++;
      this.#standAt(at, newline);
      this.#onFlow(this.#flow);
    } else if (logStatus === NODATA) {
      this.#count('nodata', at, newline);
    } else if (logStatus === SKIPDATA) {
      this.#count('skipdata', at, newline);
    } else if (!this.#readHeader(at, newline)) {
      // Where all fields are text, a header reads as a line without addresses.
      this.#count('nonflow', at, newline);
    }
    return newline + 1;
  }

  /** A JSON record becomes the lines it carries, which are then read where they stand. */
  #readRecord(at: number): number {
    const unwrapped = unwrapRecord(this.#window, at, this.#filled);
    if (unwrapped === 'incomplete') return -1;
    if (unwrapped === 'broken') return at < this.#end ? this.#readUnusual(at) : -1;
    this.#end = Math.max(this.#end, lines.to);
    return lines.from;
  }

  /** What the reader refuses: blanks or a byte order mark too many, a header, a malformed line. */
  #readUnusual(at: number): number {
    const newline = this.#window.indexOf(NEWLINE, at);
    const from = squeezeBlanks(this.#window, at, newline);
    if (from === newline) this.#lineNumber++;
    else if (from >= 0) return from;
    else if (this.#readHeader(at, newline)) return newline + 1;
    else if (this.#isOurs(at)) return at;
    else this.#count('malformed', at, newline);
    return newline + 1;
  }

  /** From a header line on, lines are read in the order it announces. */
  #readHeader(at: number, newline: number): boolean {
    if (newline - at > LONGEST_HEADER) return false;
    const format = formatOfHeader(this.#text(at, newline));
    if (format === undefined) return false;
    this.#lineNumber++;
    this.#take(format);
    return true;
  }

  /** Whether natflow's own format reads a line that the default format does not, when no format is known. */
  #isOurs(at: number): boolean {
    const { flow, nodata, skipdata, nonflow } = this.counts;
    if (!this.#isGuessed || flow + nodata + skipdata + nonflow > 0) return false;
    const reader = compileReader(RECORDING_FORMAT);
    if (reader(this.#window, this.#view, at, new FlowRecord()) < 0) return false;
    this.#take(RECORDING_FORMAT);
    return true;
  }

  #take(format: Format): void {
    this.#isGuessed = false;
    this.#format = format;
    this.#reader = compileReader(format, this.#notes);
    this.#flow = new FlowRecord();
  }

  #count(outcome: Exclude<Outcome, 'flow'>, at: number, end: number): void {
    this.counts[outcome]++;
    this.#standAt(at, end);
    this.#onOther(outcome);
  }

  /** A line that was too long to be kept has no text. */
  #lose(): void {
    this.#window = new Uint8Array();
    this.#count('malformed', 0, 0);
  }

  #standAt(at: number, end: number): void {
    this.#lineNumber++;
    this.#from = at;
    this.#to = end;
  }

  #text(at: number, end: number): string {
    return Buffer.from(this.#window.buffer, this.#window.byteOffset + at, end - at).toString();
  }
}
