import type { Version } from './protocol.ts';

/** The settings of an export session: packet size and template refresh. */
export interface ExportSession {
  /**
   * The maximum length of a packet. v5 never exceeds 1,464 octets (30 records); v9 and IPFIX need at least a
   * thousand, for templates, options data and a record.
   */
  readonly maxPacketOctets: number;
  /** Each of the first packets has the templates, this many. */
  readonly templateFirstPackets: number;
  /** Later they are sent again after this many packets or seconds, whichever comes first. */
  readonly templateEveryPackets: number;
  readonly templateEverySeconds: number;
}

/**
 * Over UDP a packet is one datagram that fits an MTU of 1,500. v5 fills its 30 records; v9 and IPFIX leave
 * room for the headers of tunnels. Templates are repeated because datagrams get lost and collectors restart.
 *
 * A collector with several workers may lose the templates of a new exporter: in goflow2 a second worker that meets
 * the exporter replaces the table that the first has just filled. Templates in three packets reach all of them.
 */
export function udpSession(version: Version): ExportSession {
  return {
    maxPacketOctets: version === 5 ? 1464 : 1400,
    templateFirstPackets: 3,
    templateEveryPackets: 20,
    templateEverySeconds: 30,
  };
}
