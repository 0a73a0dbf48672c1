import { counter, EGRESS, type FlowRecord, trueDestination, trueSource } from '../flow/record.ts';
import type { Encoder, Times } from './encoder.ts';
import { layoutOf } from './layout.ts';
import type { Packet } from './packet.ts';
import { exportedStart, Uptime } from './uptime.ts';

/** The header by Cisco's names, "NetFlow Export Datagram Format", table B-3; octets in wire order. */
const { at: HEADER, octets: HEADER_OCTETS } = layoutOf({
  version: 2,
  count: 2,
  sysUptime: 4,
  unixSecs: 4,
  unixNsecs: 4,
  flowSequence: 4,
  /** One octet of engine type and one of engine id. */
  engine: 2,
  samplingInterval: 2,
});

/** A record by Cisco's names, table B-4. Fields that natflow does not know stay 0. */
export const { at: RECORD, octets: RECORD_OCTETS } = layoutOf({
  srcaddr: 4,
  dstaddr: 4,
  nexthop: 4,
  input: 2,
  output: 2,
  dPkts: 4,
  dOctets: 4,
  first: 4,
  last: 4,
  srcport: 2,
  dstport: 2,
  pad1: 1,
  tcpFlags: 1,
  prot: 1,
  tos: 1,
  srcAs: 2,
  dstAs: 2,
  srcMask: 1,
  dstMask: 1,
  pad2: 2,
});

/** The most records of a packet: Cisco's table B-3. */
const MAX_RECORDS = 30;
const MAX_COUNTER = 0xffff_ffff;
/** The most records of a flow. A counter that needs more is larger than a NAT gateway can reach. */
const MAX_PARTS = 65_536;

/** NetFlow v5: a header of 24 bytes, up to 30 records of 48 bytes, only IPv4 and 32-bit counters. */
export class V5Encoder implements Encoder {
  readonly #maxRecords: number;
  readonly #uptime = new Uptime();

  constructor(maxPacketOctets: number) {
    const room = Math.floor((maxPacketOctets - HEADER_OCTETS) / RECORD_OCTETS);
    this.#maxRecords = Math.min(MAX_RECORDS, room);
  }

  recordsFor(flow: FlowRecord): number {
    if (trueSource(flow).family !== 4 || trueDestination(flow).family !== 4) return 0;
    if ((flow.bytesHigh | flow.packetsHigh) === 0) return 1;
    const parts = Math.max(
      Math.ceil(counter(flow.bytesHigh, flow.bytesLow) / MAX_COUNTER),
      Math.ceil(counter(flow.packetsHigh, flow.packetsLow) / MAX_COUNTER),
    );
    return parts <= MAX_PARTS ? parts : 0;
  }

  open(packet: Packet): void {
    packet.length = HEADER_OCTETS;
  }

  write(packet: Packet, flow: FlowRecord, times: Times, part: number, parts: number): boolean {
    const end = times.end;
    const start = exportedStart(times.start, end);
    if (packet.records === this.#maxRecords) return false;
    if (!this.#uptime.covers(start, end)) {
      if (packet.records > 0) return false;
      this.#uptime.moveTo(start);
    }
    const { view, length: at } = packet;
    const interfaceIndex = interfaceIndex16(flow.interfaceIndex);
    view.setInt32(at + RECORD.srcaddr, trueSource(flow).w0);
    view.setInt32(at + RECORD.dstaddr, trueDestination(flow).w0);
    const isEgress = flow.direction === EGRESS;
    view.setUint16(at + RECORD.input, isEgress ? 0 : interfaceIndex);
    view.setUint16(at + RECORD.output, isEgress ? interfaceIndex : 0);
    if (parts === 1) {
      view.setInt32(at + RECORD.dPkts, flow.packetsLow);
      view.setInt32(at + RECORD.dOctets, flow.bytesLow);
    } else {
      view.setUint32(at + RECORD.dPkts, share(flow.packetsHigh, flow.packetsLow, part, parts));
      view.setUint32(at + RECORD.dOctets, share(flow.bytesHigh, flow.bytesLow, part, parts));
    }
    view.setUint32(at + RECORD.first, this.#uptime.milliseconds(start));
    view.setUint32(at + RECORD.last, this.#uptime.milliseconds(end));
    view.setUint16(at + RECORD.srcport, flow.sourcePort);
    view.setUint16(at + RECORD.dstport, flow.destinationPort);
    view.setUint8(at + RECORD.tcpFlags, flow.tcpFlags);
    view.setUint8(at + RECORD.prot, flow.protocol);
    packet.length = at + RECORD_OCTETS;
    packet.records++;
    this.#uptime.note(end);
    return true;
  }

  close(packet: Packet, now: number): void {
    const seconds = this.#uptime.headerSeconds(now);
    packet.units = packet.records;
    packet.view.setUint16(HEADER.version, 5);
    packet.view.setUint16(HEADER.count, packet.records);
    packet.view.setUint32(HEADER.sysUptime, this.#uptime.milliseconds(seconds));
    packet.view.setUint32(HEADER.unixSecs, seconds);
  }

  /** Engine type and engine id are the domain's low 16 bits. The sequence number counts flow records. */
  stamp(packet: Packet, domain: number, sequence: number): void {
    packet.view.setUint32(HEADER.flowSequence, sequence);
    packet.view.setUint16(HEADER.engine, domain & 0xffff);
  }
}

/** Part `part` of `parts` of a 64-bit counter. No part exceeds 32 bits, and the parts add up to the counter. */
function share(high: number, low: number, part: number, parts: number): number {
  const value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const upTo = (n: number) => (value * BigInt(n)) / BigInt(parts);
  return Number(upTo(part + 1) - upTo(part));
}

/** Folds an interface number into the 16 bits of v5. Only 0, "no interface", becomes 0. */
function interfaceIndex16(index: number): number {
  return index === 0 ? 0 : (index ^ (index >>> 16)) & 0xffff || 1;
}
