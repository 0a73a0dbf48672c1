import { NODATA, OK, SKIPDATA } from '../../flow/record.ts';
import type { Format } from '../format.ts';
import {
  type Counts,
  type CurrentLine,
  type Line,
  noLines,
  type Outcome,
  type SourceReader,
} from '../source.ts';
import type { Dictionary, LineFields } from '../text-fields.ts';
import { TextFlow } from '../text-flow.ts';
import type { Column } from './column.ts';
import { compileRows } from './fields.ts';

/** A flow's interface is named by the first of these that a row has. */
const NAMES = ['interface-id', 'resource-id', 'tgw-attachment-id'];

/** Reads rows as flows: the current row is the current line. */
export class Rows implements CurrentLine, LineFields {
  readonly counts: Counts = noLines();
  readonly #format: Format;
  readonly #readRows;
  readonly #onRow = (row: number) => this.#takeRow(row);
  readonly #reader: SourceReader;
  readonly #flow = new TextFlow();
  /** The columns of the row group, and where those of names and of asked fields are. */
  #columns: readonly Column[] = [];
  readonly #names: readonly number[];
  readonly #fields: readonly number[];
  #number = 0;
  #row = 0;
  /** Columns with values that are not what their field's are. */
  #suspects: readonly Column[] = [];

  constructor(format: Format, reader: SourceReader) {
    this.#format = format;
    this.#reader = reader;
    this.#readRows = compileRows(format);
    this.#names = NAMES.map((name) => format.indexOf(name)).filter((index) => index >= 0);
    this.#fields = (reader.fields?.names ?? []).map((name) => format.indexOf(name));
    if (reader.fields !== undefined) reader.fields.current = this;
  }

  /** Reads the next rows of these columns; returns the bytes that their lines take. */
  read(columns: readonly Column[], count: number): number {
    this.#columns = columns;
    this.#suspects = columns.filter(({ isSuspect }) => isSuspect);
    this.#readRows(columns, count, this.#flow, this.#onRow);
    const bytes = columns.reduce((sum, column) => sum + column.bytesOf(count), 0);
    for (const column of columns) column.at += count;
    return bytes;
  }

  get line(): Line {
    const text = this.#columns.map((column) => column.text(this.#row)).join(' ');
    return { number: this.#number, text, format: this.#format };
  }

  get interfaceName(): string {
    const named = this.#names.map((index) => this.#columns[index]?.said(this.#row));
    return named.find((name) => name !== '') ?? '';
  }

  has(field: number): boolean {
    return this.#column(field) !== undefined;
  }

  id(field: number, dictionary: Dictionary): number {
    return this.#column(field)?.id(this.#row, dictionary) ?? 0;
  }

  said(field: number): string {
    return this.#column(field)?.said(this.#row) ?? '';
  }

  isSaid(field: number): boolean {
    return this.said(field) !== '';
  }

  #column(field: number): Column | undefined {
    return this.#columns[this.#fields[field] ?? -1];
  }

  #takeRow(row: number): void {
    this.#row = row;
    this.#number++;
    const isMalformed =
      this.#suspects.length > 0 && this.#suspects.some((column) => column.isMalformed(row));
    const outcome = isMalformed ? 'malformed' : outcomeOf(this.#flow);
    if (outcome === 'flow') {
      this.counts.flow++;
      this.#reader.onFlow?.(this.#flow, this);
    } else {
      this.counts[outcome]++;
      this.#reader.onOther?.(outcome, this);
    }
  }
}

function outcomeOf({ logStatus, source, destination }: TextFlow): Outcome {
  if (logStatus === NODATA) return 'nodata';
  if (logStatus === SKIPDATA) return 'skipdata';
  const hasAddresses = source.family !== 0 && destination.family !== 0;
  return logStatus === OK && hasAddresses ? 'flow' : 'nonflow';
}
