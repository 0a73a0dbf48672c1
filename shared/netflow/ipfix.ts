import type { Times } from './encoder.ts';
import { layoutOf } from './layout.ts';
import type { Packet } from './packet.ts';
import type { Dialect } from './template-encoder.ts';
import { ABSOLUTE_TIMES, templatesWith } from './templates.ts';

/** RFC 7011 section 3.1. */
const { at: HEADER, octets: HEADER_OCTETS } = layoutOf({
  versionNumber: 2,
  length: 2,
  exportTime: 4,
  sequenceNumber: 4,
  observationDomainId: 4,
});

/** IPFIX, RFC 7011. */
export class Ipfix implements Dialect {
  readonly headerBytes = HEADER_OCTETS;
  readonly templateSetId = 2;
  readonly alignment = 1;
  readonly templates = templatesWith(ABSOLUTE_TIMES);

  accepts(): boolean {
    return true;
  }

  writeTimes(view: DataView, at: number, { start, end }: Times): void {
    writeMilliseconds(view, at + ABSOLUTE_TIMES.at.flowStartMilliseconds, start);
    writeMilliseconds(view, at + ABSOLUTE_TIMES.at.flowEndMilliseconds, end);
  }

  writeHeader(packet: Packet, now: number): void {
    packet.units = packet.options + packet.records;
    packet.view.setUint16(HEADER.versionNumber, 10);
    packet.view.setUint16(HEADER.length, packet.length);
    packet.view.setUint32(HEADER.exportTime, now);
  }

  /** The sequence number counts the data records before this message, options data included. */
  stamp(packet: Packet, domain: number, sequence: number): void {
    packet.view.setUint32(HEADER.sequenceNumber, sequence);
    packet.view.setUint32(HEADER.observationDomainId, domain);
  }
}

function writeMilliseconds(view: DataView, at: number, seconds: number): void {
  const milliseconds = seconds * 1000;
  // What is written is a whole number modulo 2^32.
  view.setUint32(at, milliseconds / 2 ** 32);
  view.setUint32(at + 4, milliseconds);
}
