import type { Legs } from '../../flow/legs.ts';
import type { Advice } from './advice.ts';
import type { RecordingPart } from './recording.ts';

/** A sum of bytes: a number, above 2^53-1 the decimal digits. */
export type Bytes = number | string;

/** Members of every row: bytes of both directions, shares of all forwarded bytes (0 to 1), cost in dollars. */
export interface Row {
  readonly bytes: number;
  readonly upload: number;
  readonly download: number;
  readonly flows: number;
  readonly share: number;
  readonly cumulative: number;
  readonly cost: number;
}

/** A client behind the gateway. */
export interface SourceRow extends Row {
  readonly address: string;
  /** The instance or interface with this address, and its name. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** The service, or address, that it exchanged most bytes with. */
  readonly mainPeer: string;
}

/** An AWS service, or all peers outside AWS. */
export interface ServiceRow extends Row {
  /** AWS's name for it; null: not AWS; undefined: the lines do not say. */
  readonly service: string | null | undefined;
  readonly advice: string;
}

/** A peer and one of its ports. */
export interface DestinationRow extends Row {
  readonly address: string;
  readonly service: string | null | undefined;
  readonly port: number;
  readonly protocol: number;
}

/** A port of peers, and its IP protocol. */
export interface PortRow extends Row {
  readonly port: number;
  readonly protocol: number;
}

/** Rejected flows from a source to a destination and port. */
export interface RejectRow {
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly protocol: number;
  readonly flows: number;
  readonly bytes: number;
}

/** The largest rows, and the sum of the others. */
export interface Table<R> {
  readonly rows: readonly R[];
  readonly others: {
    /** The number of other rows; a lower bound if `isAtLeast`, when there were too many keys to keep. */
    readonly count: number;
    readonly isAtLeast: boolean;
  } & Omit<Row, 'cumulative'>;
  /** The most bytes that a row can be too low; 0: all rows are exact. */
  readonly error: number;
}

/** Exact sums of some flows. */
export interface TotalOf {
  readonly flows: number;
  readonly bytes: Bytes;
  readonly packets: Bytes;
}

/** Bytes per step of time; `series` add up to `total`. */
export interface Timeline {
  /** Unix seconds. */
  readonly start: number;
  readonly stepSeconds: number;
  readonly total: readonly number[];
  readonly series: readonly { readonly label: string; readonly bytes: readonly number[] }[];
  /** Bytes that CloudWatch metered in each step. */
  readonly metered?: readonly number[] | undefined;
  /** The alarm's threshold in bytes per minute. */
  readonly threshold?: number | undefined;
}

/** One band of the chart from sources over services to destinations. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

/** The bands of the chart: sources to services, and services to destinations. */
export interface Links {
  readonly sources: readonly Link[];
  readonly destinations: readonly Link[];
}

/** All that is known about a recording, or other flow logs, as plain data. `--json` prints it. */
export interface Report {
  readonly natflow: string;
  /** ISO 8601. */
  readonly writtenAt: string;
  readonly gateway: {
    readonly name?: string | undefined;
    readonly id?: string | undefined;
    /** Its names in the lines: interfaces, or a regional gateway's id. */
    readonly interfaces: readonly string[];
  };
  readonly region: { readonly name: string; readonly isAssumed: boolean };
  /** ISO 8601, of the first and last packet; absent when no line has a time. */
  readonly window?: { readonly start: string; readonly end: string } | undefined;
  readonly seconds: number;
  /** Of a recording that has ended; absent of other flow logs. */
  readonly recording?: RecordingPart | undefined;
  readonly legs: Legs;
  /** read = ok + nodata + skipdata + nonflow + malformed. */
  readonly records: {
    readonly read: number;
    readonly ok: number;
    readonly nodata: number;
    readonly skipdata: number;
    readonly nonflow: number;
    readonly malformed: number;
    /** Flows that do not count: of another leg, of another gateway, of another time. */
    readonly otherLeg: number;
    readonly otherGateway: number;
    readonly otherTime: number;
  };
  /** All flows that count: forwarded (upload + download) and rejected. */
  readonly totals: TotalOf & {
    readonly forwarded: TotalOf;
    readonly upload: TotalOf;
    readonly download: TotalOf;
    readonly rejected: TotalOf;
  };
  readonly sources: Table<SourceRow>;
  readonly services: Table<ServiceRow>;
  readonly destinations: Table<DestinationRow>;
  readonly ports: Table<PortRow>;
  readonly rejects: { readonly flows: number; readonly rows: readonly RejectRow[] };
  readonly timeline?: Timeline | undefined;
  readonly links: Links;
  /** Dollars. */
  readonly cost: {
    readonly perGib: number;
    readonly source: string;
    readonly total: number;
    readonly perDay?: number | undefined;
    /** What gateway endpoints, which are free of charge, would save. */
    readonly avoidable: number;
    readonly avoidablePerDay?: number | undefined;
    /** The cost of recording these lines. */
    readonly recording: number;
  };
  readonly advice: readonly Advice[];
  readonly reconciliation?:
    | { readonly meteredBytes: number; readonly percent: number | null }
    | undefined;
  readonly breakEvenGibPerHour: number | null;
}

/** A report as the files of its recording, by their extension. */
export type ReportFiles = Readonly<Record<'html' | 'json', string>>;
