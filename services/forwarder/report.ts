/** What became of one delivery. */
export interface Report {
  /** Firehose records. */
  records: number;
  /** Records that could not be decoded, and went back as they came. */
  undecodable: number;
  /** Lines are in the answer; all but those put into the stream again are one of these five. */
  lines: number;
  flows: number;
  nodata: number;
  skipdata: number;
  nonflow: number;
  malformed: number;
  /** Flows that were not exported: another leg, our own datagrams, what the version cannot carry. */
  otherLeg: number;
  ownTraffic: number;
  notExportable: number;
  /**
   * NetFlow records that collectors' sockets took, the bytes their flows count, and their datagrams; and
   * the records that were not handed to a socket. Each counts once for every collector.
   */
  exported: number;
  bytes: number;
  datagrams: number;
  unsent: number;
  /** Records put into the stream again, and those it refused. */
  reingested: number;
  refused: number;
  /** The delivery came before: answered again, and nothing sent. */
  isDuplicate: boolean;
  /** From the end of the newest flow to now. */
  lagSeconds: number | undefined;
  /** Why the exporter's identity is not a leased one. */
  fallback: string | undefined;
  /** Why nothing, or not everything, was exported, when that is a fault of this program. */
  failure: unknown;
}

/** The report of a delivery of so many records that nothing has become of yet. */
export function newReport(records: number): Report {
  return {
    records,
    undecodable: 0,
    lines: 0,
    flows: 0,
    nodata: 0,
    skipdata: 0,
    nonflow: 0,
    malformed: 0,
    otherLeg: 0,
    ownTraffic: 0,
    notExportable: 0,
    exported: 0,
    bytes: 0,
    datagrams: 0,
    unsent: 0,
    reingested: 0,
    refused: 0,
    isDuplicate: false,
    lagSeconds: undefined,
    fallback: undefined,
    failure: undefined,
  };
}
