import { NODATA, OK, SKIPDATA } from '../flow/record.ts';
import { BLANK, NEWLINE, OPEN_BRACE } from '../text/ascii.ts';
import { squeezeBlanks } from './blanks.ts';
import { compileReader, type Prime } from './compile.ts';
import type { RecordsInPlace } from './envelope/envelope.ts';
import type { FieldPositions } from './field-positions.ts';
import {
  DEFAULT_FORMAT,
  type Format,
  formatOfHeader,
  RECORDING_FORMAT,
  RECORDING_FORMAT_WITHOUT_RESOURCE,
  TRANSIT_GATEWAY_FORMAT,
} from './format.ts';
import { LineAssembler } from './line-assembler.ts';
import type { LineReader } from './readers.ts';
import {
  type Counts,
  type CurrentLine,
  type Line,
  type LineHandlers,
  noLines,
  type Outcome,
} from './source.ts';
import { TextFlow } from './text-flow.ts';

/** How lines are read. */
export interface LineParserOptions extends LineHandlers {
  /**
   * The format until a header line says otherwise. Left out, each line is in the one of KNOWN_FORMATS in which it
   * reads: natflow's archive has no headers, and may hold lines of several kinds.
   */
  readonly format?: Format | undefined;
  /** Set for every line, for the callbacks. */
  readonly positions?: FieldPositions | undefined;
  /** Unwraps the JSON records of a window of text. Without it a line that begins with a brace is malformed. */
  readonly recordsIn?: ((window: Uint8Array) => RecordsInPlace) | undefined;
  /** Prepares readers that are new. */
  readonly prime?: Prime | undefined;
}

/**
 * The formats that are recognised without a header: AWS's default ones, and those of recordings. No two have the same
 * number of fields.
 */
export const KNOWN_FORMATS: readonly Format[] = [
  DEFAULT_FORMAT,
  RECORDING_FORMAT,
  RECORDING_FORMAT_WITHOUT_RESOURCE,
  TRANSIT_GATEWAY_FORMAT,
];

/** Refuses the first line, so that the format is looked for in which it reads, unless it is a header. */
const NO_FORMAT: LineReader = () => -1;

/** A longer line is no header: all fields that AWS documents take a fifth of this. */
const LONGEST_HEADER = 8 * 1024;

/**
 * Reads flow log text in pieces of any size: lines in a format given or announced by header lines. It never
 * throws on data; a line that does not read is counted as malformed and does not affect its neighbours.
 */
export class LineParser implements CurrentLine {
  readonly counts: Counts = noLines();
  readonly #onFlow: NonNullable<LineHandlers['onFlow']>;
  readonly #onOther: NonNullable<LineHandlers['onOther']>;
  readonly #positions: FieldPositions | undefined;
  readonly #recordsIn: LineParserOptions['recordsIn'];
  readonly #prime: Prime | undefined;
  #format: Format;
  /** The format is neither given nor announced by a header. */
  #isGuessed: boolean;
  #reader: LineReader;
  #flow = new TextFlow();
  readonly #assembler: LineAssembler;
  /** The text that is being read, and the number of its bytes that may be read. */
  #window: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(this.#window.buffer);
  #filled = 0;
  /** After the last newline: all plain lines before it are complete. */
  #end = 0;
  /** The JSON records of the window, once there is one. */
  #records: RecordsInPlace | undefined;
  #lineNumber = 0;
  /** Where the current line begins and ends. */
  #from = 0;
  #to = 0;

  constructor({
    format,
    positions,
    recordsIn,
    prime,
    onFlow = () => {},
    onOther = () => {},
  }: LineParserOptions) {
    this.#recordsIn = recordsIn;
    this.#prime = prime;
    this.#onFlow = onFlow;
    this.#onOther = onOther;
    this.#positions = positions;
    this.#isGuessed = format === undefined;
    this.#format = format ?? DEFAULT_FORMAT;
    this.#reader = format === undefined ? NO_FORMAT : compileReader(format, positions, prime);
    this.#assembler = new LineAssembler(
      (window, filled, end) => this.#readLines(window, filled, end),
      () => this.#countTooLong(),
    );
  }

  get line(): Line {
    return {
      number: this.#lineNumber,
      text: this.#text(this.#from, this.#to),
      format: this.#format,
    };
  }

  get interfaceName(): string {
    const { interfaceAt } = this.#flow;
    if (interfaceAt < 0) return '';
    const [name = ''] = this.#text(interfaceAt, this.#to).split(/\s/, 1);
    return name;
  }

  /**
   * Reads the next piece of the input, and may write to it. A line whose end is not in the piece is read
   * with the piece that has it.
   */
  write(piece: Uint8Array): void {
    this.#assembler.write(piece);
  }

  /** The input is over: the text after the last newline is a line too. */
  end(): void {
    this.#assembler.end();
  }

  /** The input broke off: the text after the last newline is dropped. */
  breakOff(): void {
    this.#assembler.breakOff();
  }

  /** Reads all lines that are complete, the plain ones up to `end`, and returns where the rest begins. */
  #readLines(window: Uint8Array, filled: number, end: number): number {
    this.#window = window;
    this.#records = undefined;
    if (this.#positions !== undefined) this.#positions.window = window;
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
    if (first === OPEN_BRACE && this.#recordsIn !== undefined) {
      this.#records ??= this.#recordsIn(this.#window);
      return this.#readRecord(at, this.#records);
    }
    if (at >= this.#end) return -1;
    if (first > BLANK) {
      const newline = this.#reader(this.#window, this.#view, at, this.#flow);
      if (newline >= 0) return this.#classify(at, newline);
    }
    return this.#readUnusual(at);
  }

  /** Counts a line that reads as the format says. */
  #classify(at: number, newline: number): number {
    const { logStatus, source, destination } = this.#flow;
    if (logStatus === OK && source.family !== 0 && destination.family !== 0) {
      this.counts.flow++;
      this.#setCurrent(at, newline);
      this.#onFlow(this.#flow, this);
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

  /** A JSON record is rewritten as the lines that it wraps, which are then read where they are. */
  #readRecord(at: number, records: RecordsInPlace): number {
    const unwrapped = records.unwrap(at, this.#filled);
    if (unwrapped === 'incomplete') return -1;
    if (unwrapped === 'broken') return at < this.#end ? this.#readUnusual(at) : -1;
    this.#end = Math.max(this.#end, records.to);
    return records.from;
  }

  /** Reads a line that the reader refuses: extra blanks, a byte order mark, a header, a malformed line. */
  #readUnusual(at: number): number {
    const newline = this.#window.indexOf(NEWLINE, at);
    const from = squeezeBlanks(this.#window, at, newline);
    if (from === newline) this.#lineNumber++;
    else if (from >= 0) return from;
    else if (this.#readHeader(at, newline)) return newline + 1;
    else if (this.#recognizesFormat(at)) return at;
    else this.#count('malformed', at, newline);
    return newline + 1;
  }

  /** Reads a header line: the lines after it are in the order of its fields. */
  #readHeader(at: number, newline: number): boolean {
    if (newline - at > LONGEST_HEADER) return false;
    const format = formatOfHeader(this.#text(at, newline));
    if (format === undefined) return false;
    this.#lineNumber++;
    this.#isGuessed = false;
    this.#useFormat(format);
    return true;
  }

  /** When no format is known: takes the one in which the line reads that the present one refuses. */
  #recognizesFormat(at: number): boolean {
    if (!this.#isGuessed) return false;
    const format = KNOWN_FORMATS.find((each) => {
      const reader = compileReader(each, undefined, this.#prime);
      return reader(this.#window, this.#view, at, new TextFlow()) >= 0;
    });
    if (format === undefined) return false;
    this.#useFormat(format);
    return true;
  }

  /** A new flow: fields that the format lacks are as they are in one that was not filled. */
  #useFormat(format: Format): void {
    this.#format = format;
    this.#positions?.forget();
    this.#reader = compileReader(format, this.#positions, this.#prime);
    this.#flow = new TextFlow();
  }

  #count(outcome: Exclude<Outcome, 'flow'>, at: number, end: number): void {
    this.counts[outcome]++;
    this.#setCurrent(at, end);
    this.#onOther(outcome, this);
  }

  /** Counts a line that was too long to be kept: it has no text. */
  #countTooLong(): void {
    this.#window = new Uint8Array();
    this.#count('malformed', 0, 0);
  }

  #setCurrent(at: number, end: number): void {
    this.#lineNumber++;
    this.#from = at;
    this.#to = end;
  }

  #text(at: number, end: number): string {
    return Buffer.from(this.#window.buffer, this.#window.byteOffset + at, end - at).toString();
  }
}
