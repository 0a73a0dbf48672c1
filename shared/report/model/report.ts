import type { Legs } from '../../flow/legs.ts';
import type { Advice } from './advice.ts';

/** A sum of bytes: a number, above 2^53-1 the decimal digits. */
export type Bytes = number | string;

/** What is the same in every table: bytes of both directions, shares of all forwarded bytes (0 to 1), dollars. */
export interface Row {
  readonly bytes: number;
  readonly upload: number;
  readonly download: number;
  readonly flows: number;
  readonly share: number;
  readonly cumulative: number;
  readonly cost: number;
}

export interface SourceRow extends Row {
  readonly address: string;
  /** The instance or interface that has the address, and what people call it. */
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** What most of its bytes are exchanged with. */
  readonly mainPeer: string;
}

export interface ServiceRow extends Row {
  /** AWS's word; null is not AWS, undefined not known because the lines do not say. */
  readonly service: string | null | undefined;
  readonly advice: string;
}

export interface DestinationRow extends Row {
  readonly address: string;
  readonly service: string | null | undefined;
  readonly port: number;
  readonly protocol: number;
}

export interface PortRow extends Row {
  readonly port: number;
  readonly protocol: number;
}

/** Traffic that was refused. */
export interface RejectRow {
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly protocol: number;
  readonly flows: number;
  readonly bytes: number;
}

/** The rows that matter most and what the others add up to. */
export interface Table<R> {
  readonly rows: readonly R[];
  readonly others: {
    /** At least so many, when there were too many to keep apart. */
    readonly count: number;
    readonly isAtLeast: boolean;
  } & Omit<Row, 'cumulative'>;
  /** Bytes that a row may lack at most; 0 is exact. */
  readonly error: number;
}

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
  /** What CloudWatch metered, where it says. */
  readonly metered?: readonly number[] | undefined;
  /** Bytes per minute. */
  readonly threshold?: number | undefined;
}

/** One band of the chart from sources over services to destinations. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

export interface Links {
  readonly sources: readonly Link[];
  readonly destinations: readonly Link[];
}

/** Everything that is said about a recording (or other flow logs), as plain data: what `--json` prints. */
export interface Report {
  readonly natflow: string;
  /** ISO 8601. */
  readonly writtenAt: string;
  readonly gateway: {
    readonly name?: string | undefined;
    readonly id?: string | undefined;
    /** As the lines name it: interfaces, or a regional gateway's id. */
    readonly interfaces: readonly string[];
  };
  readonly region: { readonly name: string; readonly isAssumed: boolean };
  /** ISO 8601, of the first and last packet; absent when no line has a time. */
  readonly window?: { readonly start: string; readonly end: string } | undefined;
  readonly seconds: number;
  readonly legs: Legs;
  /** read = ok + nodata + skipdata + nonflow + malformed. */
  readonly records: {
    readonly read: number;
    readonly ok: number;
    readonly nodata: number;
    readonly skipdata: number;
    readonly nonflow: number;
    readonly malformed: number;
    /** Of the ok ones, those of the leg that does not count, of gateways not asked for, of other times. */
    readonly otherLeg: number;
    readonly otherGateway: number;
    readonly otherTime: number;
  };
  /** All flows that count = upload + download (which were forwarded) + rejected. */
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
  readonly cost: {
    readonly perGib: number;
    readonly source: string;
    readonly total: number;
    readonly perDay?: number | undefined;
    /** What gateway endpoints, which are free, would save. */
    readonly avoidable: number;
    readonly avoidablePerDay?: number | undefined;
    /** What it cost to record these lines. */
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
