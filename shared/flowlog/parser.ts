import { FlowRecord, NODATA, OK, SKIPDATA } from '../flow/record.ts';
import { compileReader, type LineReader } from './compile.ts';
import { DEFAULT_FORMAT, type Format, formatOfHeader } from './format.ts';
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
  /** The format until a header line says otherwise; the default format when left out. */
  readonly format?: Format | undefined;
  /** Called for every flow. The record is filled anew for the next line. */
  readonly onFlow?: (flow: FlowRecord) => void;
  /** Called for every line that counts and is no flow. */
  readonly onOther?: (outcome: Exclude<Outcome, 'flow'>) => void;
}

const NEWLINE = 10;
const BLANK = 32;
const BRACE = 123;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** Bytes that readers may look at after a line's newline. */
const SLACK = 16;
const FIRST_WINDOW = 256 * 1024;
/** A line longer than this is malformed: subscription payloads of CloudWatch Logs stay below it. */
const LONGEST_LINE = 8 * 1024 * 1024;
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
  #format: Format;
  #reader: LineReader;
  #flow = new FlowRecord();
  #window = new Uint8Array(FIRST_WINDOW + SLACK);
  #view = new DataView(this.#window.buffer);
  #filled = 0;
  /** After the last newline that has been seen: no plain line goes further. */
  #end = 0;
  #lineNumber = 0;
  /** The line at hand. */
  #from = 0;
  #to = 0;
  /** In a line that was too long: everything up to its newline belongs to it. */
  #skipping = false;

  constructor({ format = DEFAULT_FORMAT, onFlow, onOther }: ParserOptions = {}) {
    this.#onFlow = onFlow ?? (() => {});
    this.#onOther = onOther ?? (() => {});
    this.#format = format;
    this.#reader = compileReader(format);
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

  /** Reads the next piece of the input; a line that it does not finish waits for the next one. */
  write(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      this.#makeRoom();
      const room = this.#window.length - SLACK - this.#filled;
      const part = piece.subarray(at, at + room);
      this.#window.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      this.#readLines();
    }
  }

  /** The input is over: reads what waits as the last line. */
  end(): void {
    if (this.#filled > 0) this.write(Uint8Array.of(NEWLINE));
    if (this.#filled > 0) this.#count('malformed', 0, this.#filled);
    this.#filled = 0;
    this.#skipping = false;
  }

  /** A window full of one line grows, up to the longest line there can be. */
  #makeRoom(): void {
    if (this.#filled < this.#window.length - SLACK) return;
    if (this.#filled >= LONGEST_LINE) {
      this.#count('malformed', 0, LONGEST_HEADER);
      this.#filled = 0;
      this.#skipping = true;
      return;
    }
    const window = new Uint8Array(this.#filled * 2 + SLACK);
    window.set(this.#window);
    this.#window = window;
    this.#view = new DataView(window.buffer);
  }

  /** Reads all lines that are complete and moves the rest to the window's beginning. */
  #readLines(): void {
    this.#end = this.#window.lastIndexOf(NEWLINE, this.#filled - 1) + 1;
    let at = this.#skipping ? this.#skipLine() : 0;
    while (at < this.#filled) {
      const next = this.#readLine(at);
      if (next < 0) break;
      at = next;
    }
    this.#window.copyWithin(0, at, this.#filled);
    this.#filled -= at;
  }

  #skipLine(): number {
    if (this.#end === 0) return this.#filled;
    this.#skipping = false;
    return this.#window.indexOf(NEWLINE) + 1;
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

  /** What the reader refuses: blanks or a byte order mark in front, a header, a malformed line. */
  #readUnusual(at: number): number {
    const newline = this.#window.indexOf(NEWLINE, at);
    const from = this.#skipInvisible(at, newline);
    if (from === newline) this.#lineNumber++;
    else if (from > at) return from;
    else if (!this.#readHeader(at, newline)) this.#count('malformed', at, newline);
    return newline + 1;
  }

  #skipInvisible(at: number, newline: number): number {
    let from = this.#window.subarray(at, at + 3).every((byte, i) => byte === BYTE_ORDER_MARK[i])
      ? at + 3
      : at;
    while (from < newline && (this.#window[from] ?? 0) <= BLANK) from++;
    return from;
  }

  /** From a header line on, lines are read in the order it announces. */
  #readHeader(at: number, newline: number): boolean {
    if (newline - at > LONGEST_HEADER) return false;
    const format = formatOfHeader(this.#text(at, newline));
    if (format === undefined) return false;
    this.#lineNumber++;
    this.#format = format;
    this.#reader = compileReader(format);
    this.#flow = new FlowRecord();
    return true;
  }

  #count(outcome: Exclude<Outcome, 'flow'>, at: number, end: number): void {
    this.counts[outcome]++;
    this.#standAt(at, end);
    this.#onOther(outcome);
  }

  #standAt(at: number, end: number): void {
    this.#lineNumber++;
    this.#from = at;
    this.#to = end;
  }

  #text(at: number, end: number): string {
    return Buffer.from(this.#window.buffer, at, end - at).toString();
  }
}
