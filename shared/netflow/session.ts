import type { Version } from './exporter.ts';

/** What an exporter keeps to for as long as it exports, whatever the flows are. */
export interface ExportSession {
  /**
   * The most octets of a packet. v5 has never more than 1,464, which are 30 records; v9 and IPFIX need a
   * thousand for templates, options and a record.
   */
  readonly maxPacketOctets: number;
  /** Templates go out again after this many packets, or seconds, whichever comes first. */
  readonly templateEveryPackets: number;
  readonly templateEverySeconds: number;
}

/**
 * Over UDP a packet is one datagram that fits an MTU of 1,500. v5 fills its 30 records; v9 and IPFIX leave
 * room for the headers of tunnels. Templates are repeated because datagrams get lost and collectors restart.
 */
export function udpSession(version: Version): ExportSession {
  return {
    maxPacketOctets: version === 5 ? 1464 : 1400,
    templateEveryPackets: 20,
    templateEverySeconds: 30,
  };
}
