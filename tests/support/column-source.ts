import { interfaceIndex } from '../../shared/flow/interface-index.ts';
import {
  type Address,
  DROPPED,
  EGRESS,
  FlowRecord,
  FORWARDED,
  INGRESS,
  NO_TIME,
  NODATA,
  OK,
  OTHER_STATUS,
  SKIPDATA,
  UNKNOWN_DIRECTION,
  UNKNOWN_STATUS,
} from '../../shared/flow/record.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import {
  addCounts,
  type CurrentLine,
  type FlowSource,
  noLines,
  type Outcome,
  type SourceReader,
} from '../../shared/flowlog/source.ts';
import { ABSENT, type Dictionary, type LineFields } from '../../shared/flowlog/text-fields.ts';
import { readAddress } from '../../shared/flowlog/values.ts';

type Value = string | null;

/** A column: its distinct values, and the index of each row's value. */
interface Column {
  readonly values: readonly Value[];
  readonly rows: readonly number[];
}

/** Rows as dictionary-encoded columns, as in a Parquet file, without a text. */
export interface Columns {
  readonly format: Format;
  readonly size: number;
  readonly columns: ReadonlyMap<string, Column>;
}

/** The values of these lines as columns; `-` is null. */
export function columnsOf(format: Format, lines: readonly string[]): Columns {
  const rows = lines.map((line) => line.split(' '));
  const columns = format.map((name, at): [string, Column] => {
    const all = rows.map((row): Value => (row[at] === '-' ? null : (row[at] ?? null)));
    const values = [...new Set(all)];
    return [name, { values, rows: all.map((value) => values.indexOf(value)) }];
  });
  return { format, size: lines.length, columns: new Map(columns) };
}

/** Reads columns, this many rows in one step. */
export function columnSource(columns: Columns, rowsPerStep: number): FlowSource {
  return { read: (reader) => readColumns(columns, rowsPerStep, reader) };
}

async function* readColumns(
  columns: Columns,
  rowsPerStep: number,
  { fields, onFlow, onOther, counts, isLineByLine = false }: SourceReader,
): AsyncGenerator<number> {
  const row = new Row(columns, fields?.names ?? []);
  const read = noLines();
  if (fields) fields.current = row;
  const step = isLineByLine ? 1 : rowsPerStep;
  try {
    for (let from = 0; from < columns.size; from += step) {
      const to = Math.min(from + step, columns.size);
      for (row.at = from; row.at < to; row.at++) {
        const outcome = row.read();
        read[outcome]++;
        if (outcome === 'flow') onFlow?.(row.flow, row);
        else onOther?.(outcome, row);
      }
      yield to - from;
    }
  } finally {
    if (counts) addCounts(counts, read);
  }
}

/** The current row of the columns. */
class Row implements CurrentLine, LineFields {
  at = 0;
  readonly flow = new FlowRecord();
  readonly #columns: Columns;
  readonly #fields: readonly (Column | undefined)[];
  /** The numbers of each column's values, computed on first use. */
  readonly #ids: number[][];

  constructor(columns: Columns, names: readonly string[]) {
    this.#columns = columns;
    this.#fields = names.map((name) => columns.columns.get(name));
    this.#ids = names.map(() => []);
  }

  get line() {
    const { format } = this.#columns;
    const text = format.map((name) => this.#value(name) ?? '-').join(' ');
    return { number: this.at + 1, text, format };
  }

  get interfaceName(): string {
    return this.#value('interface-id') ?? this.#value('resource-id') ?? '';
  }

  has(field: number): boolean {
    return this.#fields[field] !== undefined;
  }

  id(field: number, dictionary: Dictionary): number {
    const index = this.#fields[field]?.rows[this.at] ?? 0;
    const ids = this.#ids[field] ?? [];
    ids[index] ??= idOf(this.#fields[field]?.values[index] ?? null, dictionary);
    return ids[index] ?? ABSENT;
  }

  said(field: number): string {
    const column = this.#fields[field];
    return column?.values[column.rows[this.at] ?? -1] ?? '';
  }

  isSaid(field: number): boolean {
    return this.said(field) !== '';
  }

  /** Fills the flow from the row. */
  read(): Outcome {
    const { flow } = this;
    this.#readAddress('srcaddr', flow.source);
    this.#readAddress('dstaddr', flow.destination);
    this.#readAddress('pkt-srcaddr', flow.packetSource);
    this.#readAddress('pkt-dstaddr', flow.packetDestination);
    flow.sourcePort = this.#number('srcport');
    flow.destinationPort = this.#number('dstport');
    flow.protocol = this.#number('protocol');
    flow.tcpFlags = this.#number('tcp-flags');
    flow.packetsLow = this.#number('packets');
    flow.bytesLow = this.#number('bytes');
    flow.start = this.#number('start', NO_TIME);
    flow.end = this.#number('end', NO_TIME);
    flow.direction = this.#word(
      'flow-direction',
      { ingress: INGRESS, egress: EGRESS },
      UNKNOWN_DIRECTION,
    );
    flow.forwardingStatus = this.#word(
      'action',
      { ACCEPT: FORWARDED, REJECT: DROPPED },
      UNKNOWN_STATUS,
    );
    flow.logStatus = this.#word('log-status', { OK, NODATA, SKIPDATA }, OTHER_STATUS);
    flow.interfaceIndex = this.interfaceName === '' ? 0 : interfaceIndex(this.interfaceName);
    flow.regional = this.#value('interface-id') === null && this.#value('resource-id') !== null;
    return outcomeOf(flow);
  }

  #value(name: string): Value {
    const column = this.#columns.columns.get(name);
    return column?.values[column.rows[this.at] ?? -1] ?? null;
  }

  #number(name: string, absent = 0): number {
    return Number(this.#value(name) ?? absent);
  }

  #word(name: string, words: Readonly<Record<string, number>>, other: number): number {
    return words[this.#value(name) ?? ''] ?? other;
  }

  #readAddress(name: string, address: Address): void {
    readAddress(Buffer.from(`${this.#value(name) ?? '-'} `), 0, address);
  }
}

function outcomeOf({ logStatus, source, destination }: FlowRecord): Outcome {
  if (logStatus === NODATA) return 'nodata';
  if (logStatus === SKIPDATA) return 'skipdata';
  const hasAddresses = source.family !== 0 && destination.family !== 0;
  return logStatus === OK && hasAddresses ? 'flow' : 'nonflow';
}

function idOf(value: Value, dictionary: Dictionary): number {
  const bytes = Buffer.from(value ?? '');
  return dictionary.idOf(bytes, 0, bytes.length);
}
