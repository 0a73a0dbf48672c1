import type { ProofBy } from '../../flow/gateway-proof.ts';
import type { Legs } from '../../flow/legs.ts';
import type { Advice } from './advice.ts';
import type { Cells } from './cells.ts';
import type { Links, SourceGroups, Timeline } from './charts.ts';
import type { Fixed } from './fixed.ts';
import type { HiddenPods } from './hidden-pods.ts';
import type { NamedSource } from './names.ts';
import type { Naming } from './naming.ts';
import type { RecordingPart } from './recording.ts';

/** A sum of bytes: a number, above 2^53-1 the decimal digits. */
export type Bytes = number | string;

/**
 * Members of every row: bytes of both directions, shares of all forwarded bytes (0 to 1), cost in dollars; null
 * for bytes that are not proven to have gone through a NAT gateway.
 */
export interface Row {
  readonly bytes: number;
  readonly upload: number;
  readonly download: number;
  readonly flows: number;
  readonly share: number;
  readonly cumulative: number;
  readonly cost: number | null;
}

/** A client behind the gateway. */
export interface SourceRow extends Row, NamedSource {
  /** The service, or address, that it exchanged most bytes with. */
  readonly mainPeer: string;
  /** The number of its source group; undefined: it is one of the others. */
  readonly group?: number | undefined;
}

/** A client and what it exchanged bytes with, over all ports: an AWS service, a domain, or an address. */
export interface PairRow extends Row, NamedSource {
  readonly target: string;
  /** The number of the client's source group; undefined: it is one of the others. */
  readonly group?: number | undefined;
}

/** Sources, or targets, with the same label. */
export interface GroupRow extends Row {
  /** null: without the label. */
  readonly label: string | null;
  /** How many sources it has, or services by VPC. */
  readonly members: number;
}

/** What a group of sources exchanged with a target, or a source with a group of targets. */
export interface GroupPairRow extends Row {
  readonly from: string;
  readonly to: string;
}

/** An AWS service, or all peers outside AWS. */
export interface ServiceRow extends Row {
  /** AWS's name for it; null: not AWS; undefined: the lines do not say. */
  readonly service: string | null | undefined;
  readonly advice: string;
}

/** A registrable domain, or names of hosts of AWS; peers without one. */
export interface DomainRow extends Row {
  /** Several that share addresses: `a.example or b.example`; null: no name was found. */
  readonly domain: string | null;
}

/** An autonomous system, or all peers that are not looked up, or not found. */
export interface OrganizationRow extends Row {
  /** `as`: of an AS; `aws`: named as AWS's in the lines; `private`: private addresses; `none`: no AS was found. */
  readonly of: 'as' | 'aws' | 'private' | 'none';
  /** null unless it is an AS. */
  readonly asn: number | null;
  /** null where the database does not say it. */
  readonly organization: string | null;
}

/** A peer and one of its ports. */
export interface DestinationRow extends Row {
  readonly address: string;
  /** The name that was asked for; of several in one domain, the domain. */
  readonly name?: string | undefined;
  /** The AS that announces the address, where it is known, and the organisation that it is registered to. */
  readonly asn?: number | undefined;
  readonly organization?: string | undefined;
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

/** An interface that is a NAT gateway's, or a regional gateway, and what went through it. */
export interface ProvenGateway extends TotalOf {
  /** Its name in the lines. */
  readonly interface: string;
  readonly by: ProofBy;
}

/**
 * The report in one sentence. pair: a source and a target that exchanged a quarter of the bytes or more. target:
 * so much went to one target, from several sources. spread: neither. none: no bytes.
 */
export interface Headline {
  readonly kind: 'pair' | 'target' | 'spread' | 'none';
  /** The source's address and name. */
  readonly source: string | null;
  readonly name: string | null;
  /** An AWS service, else a domain, else the peer's address, with the organisation if it is known. */
  readonly target: string | null;
  /** Decimal digits; the part of the bytes that the sentence is about. */
  readonly bytes: string;
  /** Of the bytes that count, 0 to 1. */
  readonly share: number;
  /** Dollars; null when the bytes are not proven to have gone through a NAT gateway. */
  readonly cost: number | null;
  readonly text: string;
}

/** What interface endpoints could save: services that flow logs do not name, and the rate from which one pays. */
export interface LikelyEndpoints {
  readonly services: readonly string[];
  /** Exchanged with all services that are not named. */
  readonly bytes: number;
  readonly gibPerHour: number;
  /** In each zone that has the endpoint. */
  readonly breakEvenGibPerHour: number;
}

/** All that is known about a recording, or other flow logs, as plain data. `--json` prints it. */
export interface Report {
  readonly natflow: string;
  /** ISO 8601. */
  readonly writtenAt: string;
  readonly gateway: {
    readonly name?: string | undefined;
    readonly id?: string | undefined;
    /** Names in the lines of what counts: interfaces, or a regional gateway's id. */
    readonly interfaces: readonly string[];
    /** The NAT gateways that something went through, and why they count as that. */
    readonly proven: readonly ProvenGateway[];
    /** Sentences on what the proof rests on, and on what would prove the rest; none when there is nothing to say. */
    readonly notes: readonly string[];
  };
  readonly headline: Headline;
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
    /** Flows that do not count: of another leg, of what is not proven to be a gateway, of another gateway or time. */
    readonly otherLeg: number;
    readonly otherInterface: number;
    readonly otherGateway: number;
    readonly otherTime: number;
    /** Lines of the gateway that was asked for, or of all; a malformed line does not tell whose it is. */
    readonly ofGateway: {
      readonly ok: number;
      readonly nodata: number;
      readonly skipdata: number;
      readonly nonflow: number;
    };
  };
  /** Why which files or objects could not be read to their end: the report lacks what is in them. */
  readonly unread?: readonly string[] | undefined;
  /** All flows that count: forwarded (upload + download) and rejected. */
  readonly totals: TotalOf & {
    readonly forwarded: TotalOf;
    readonly upload: TotalOf;
    readonly download: TotalOf;
    readonly rejected: TotalOf;
    /** Forwarded flows that went through a NAT gateway, each once. */
    readonly throughGateway: TotalOf;
    /** Forwarded flows that are not proven to have gone through one, and the interfaces that logged them. */
    readonly notProven: TotalOf & { readonly interfaces: number };
  };
  readonly pairs: Table<PairRow>;
  readonly sources: Table<SourceRow>;
  readonly sourceGroups: SourceGroups;
  /** What was asked for with `--group-by`; absent where nothing was. */
  readonly grouping?:
    | {
        /** The label, as it was asked for. */
        readonly by: string;
        readonly of: 'sources' | 'targets';
        readonly groups: Table<GroupRow>;
        readonly pairs: Table<GroupPairRow>;
        /** Where no source has the label: the labels that sources have. */
        readonly known?: readonly string[] | undefined;
      }
    | undefined;
  /** How much has a name; absent where there are neither names nor descriptions. */
  readonly naming?: Naming | undefined;
  /** Sources that are Kubernetes nodes, and the pods that they may stand for; absent where there are none. */
  readonly hiddenPods?: readonly HiddenPods[] | undefined;
  readonly services: Table<ServiceRow>;
  /** By domain name; absent where there are no query logs. */
  readonly domains?: Table<DomainRow> | undefined;
  /** By autonomous system; absent where there is no database of them. */
  readonly organizations?: Table<OrganizationRow> | undefined;
  readonly destinations: Table<DestinationRow>;
  readonly ports: Table<PortRow>;
  readonly rejects: { readonly flows: number; readonly rows: readonly RejectRow[] };
  readonly timeline?: Timeline | undefined;
  readonly links: Links;
  /** Dollars. */
  readonly cost: {
    readonly perGib: number;
    readonly source: string;
    /** What went through the gateway costs this; null when nothing is proven to have. */
    readonly total: number | null;
    readonly perDay?: number | undefined;
    /** What gateway endpoints, which are free of charge, would save. */
    readonly avoidable: number;
    readonly avoidablePerDay?: number | undefined;
    /** The cost of recording these lines. */
    readonly recording: number;
  };
  readonly advice: readonly Advice[];
  /** What came of endpoints that `natflow fix` made before; absent where there are none. */
  readonly fixed?: readonly Fixed[] | undefined;
  /** Absent when no interface endpoint can be cheaper than the gateway. */
  readonly likelyEndpoints?: LikelyEndpoints | undefined;
  readonly reconciliation?:
    | { readonly meteredBytes: number; readonly percent: number | null }
    | undefined;
  readonly breakEvenGibPerHour: number | null;
  /** What the page filters by, where it is asked for; no other output has it. */
  readonly cells?: Cells | undefined;
}

/** A report as the files of its recording, by their extension. */
export type ReportFiles = Readonly<Record<'html' | 'json', string>>;
