/** A decoded element: a bigint above 2^53-1, addresses as canonical text, octets of unknown meaning in hex. */
export type Value = number | bigint | string;

export interface HeaderV5 {
  readonly version: 5;
  readonly count: number;
  readonly sysUptime: number;
  readonly unixSecs: number;
  readonly unixNsecs: number;
  /** Flows sent before this packet. */
  readonly sequence: number;
  readonly engineType: number;
  readonly engineId: number;
  readonly samplingMode: number;
  readonly samplingInterval: number;
}

export interface HeaderV9 {
  readonly version: 9;
  /** The record count in the header, all kinds of records; compare `seenRecords` of the packet. */
  readonly count: number;
  readonly sysUptime: number;
  readonly unixSecs: number;
  /** Packets sent before this one. */
  readonly sequence: number;
  readonly sourceId: number;
}

export interface HeaderIpfix {
  readonly version: 10;
  /** The message length in the header, in octets. */
  readonly length: number;
  /** Unix seconds. */
  readonly exportTime: number;
  /** Data records, those of options included, sent before this message. */
  readonly sequence: number;
  readonly domain: number;
}

export type Header = HeaderV5 | HeaderV9 | HeaderIpfix;

/** One field of a template as it was announced; `pen` only when the enterprise bit was set. */
export interface Field {
  readonly id: number;
  readonly length: number;
  readonly pen?: number;
}

/** A template as it was announced. The first `scope` fields are scopes. */
export interface Template {
  readonly id: number;
  readonly options: boolean;
  readonly scope: number;
  readonly fields: readonly Field[];
}

export interface DataRecord {
  /** The template that describes it, 0 in v5. */
  readonly template: number;
  /** Whether it is options data, which describes the exporter rather than a flow. */
  readonly options: boolean;
  readonly values: Readonly<Record<string, Value>>;
  /** flowStartSysUpTime in Unix ms, by the header of this packet (v5, v9). Clock wraps are not corrected. */
  readonly startMs?: number;
  /** flowEndSysUpTime, likewise. */
  readonly endMs?: number;
}

/** One set (FlowSet in v9); `records` and `padding` only for data whose template was known. */
export interface DecodedSet {
  readonly id: number;
  readonly length: number;
  readonly records?: number;
  /** Octets after the last record. */
  readonly padding?: number;
  /** In v9, the length is not a multiple of 4 (RFC 3954 section 5.3). */
  readonly unaligned?: true;
}

/** The content of a datagram as far as it is readable; `error` is its first fault. */
export interface Packet {
  readonly header: Header | undefined;
  readonly sets: readonly DecodedSet[];
  readonly templates: readonly Template[];
  readonly records: readonly DataRecord[];
  /** Records of all kinds that were read, templates included, as v9 counts them in its header. */
  readonly seenRecords: number;
  /** Template ids of the data sets without a known template, one entry per set. */
  readonly unknownTemplates: readonly number[];
  readonly error?: string;
}

/** A packet whose header is unreadable. */
export function unreadable(error: string): Packet {
  return {
    header: undefined,
    sets: [],
    templates: [],
    records: [],
    seenRecords: 0,
    unknownTemplates: [],
    error,
  };
}

/** The id of an exporter's stream: engine type and id (v5), source id (v9) or observation domain (IPFIX). */
export function streamId(header: Header): number {
  switch (header.version) {
    case 5:
      return header.engineType * 256 + header.engineId;
    case 9:
      return header.sourceId;
    case 10:
      return header.domain;
  }
}
