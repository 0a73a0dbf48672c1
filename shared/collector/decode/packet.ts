/** One decoded element: a bigint above 2^53-1, addresses in canonical text, unknown octets in hex. */
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
  /** Records of all kinds the exporter says are in the packet; compare `seenRecords` of the packet. */
  readonly count: number;
  readonly sysUptime: number;
  readonly unixSecs: number;
  /** Packets sent before this one. */
  readonly sequence: number;
  readonly sourceId: number;
}

export interface HeaderIpfix {
  readonly version: 10;
  /** Octets the exporter says the message has. */
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

/** A template as it was announced; `scope` is how many of the fields, from the first, are scopes. */
export interface Template {
  readonly id: number;
  readonly options: boolean;
  readonly scope: number;
  readonly fields: readonly Field[];
}

export interface DataRecord {
  /** The template that describes it, 0 in v5. */
  readonly template: number;
  /** Whether it describes the exporter rather than a flow. */
  readonly options: boolean;
  readonly values: Readonly<Record<string, Value>>;
  /** Unix ms of flowStartSysUpTime by this packet's header in v5 and v9, wraps left as they are. */
  readonly startMs?: number;
  /** Unix ms of flowEndSysUpTime, likewise. */
  readonly endMs?: number;
}

/** One set (FlowSet in v9); `records` and `padding` only for data whose template was known. */
export interface DecodedSet {
  readonly id: number;
  readonly length: number;
  readonly records?: number;
  /** Octets after the last record. */
  readonly padding?: number;
  /** In v9, a length that is no multiple of 4 (RFC 3954 section 5.3). */
  readonly unaligned?: true;
}

/** What one datagram said, as far as it could be read; `error` is the first thing wrong with it. */
export interface Packet {
  readonly header: Header | undefined;
  readonly sets: readonly DecodedSet[];
  readonly templates: readonly Template[];
  readonly records: readonly DataRecord[];
  /** Records of all kinds that were read, templates included: what v9 counts in its header. */
  readonly seenRecords: number;
  /** Template ids of the data sets that nothing was known about, one entry a set. */
  readonly unknownTemplates: readonly number[];
  readonly error?: string;
}

/** A packet of which nothing but this could be read. */
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

/** The number an exporter gives its stream: engine type and id, source id, or observation domain. */
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
