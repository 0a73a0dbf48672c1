import { EGRESS, type FlowRecord, trueDestination, trueSource } from '../flow/record.ts';
import type { Encoder, Times } from './encoder.ts';
import type { Packet } from './packet.ts';
import { LONGEST_FLOW, Uptime } from './uptime.ts';

const HEADER_BYTES = 24;
const RECORD_BYTES = 48;
const MAX_RECORDS = 30;
const MAX_COUNTER = 0xffff_ffff;
/** A flow that takes more records than this has a counter no NAT gateway can reach. */
const MAX_PARTS = 65_536;

/** NetFlow v5: 24 bytes of header, up to 30 records of 48 bytes, IPv4 and 32-bit counters alone. */
export class V5Encoder implements Encoder {
  readonly #uptime = new Uptime();
  #newestEnd = 0;

  recordsFor(flow: FlowRecord): number {
    if (trueSource(flow).family !== 4 || trueDestination(flow).family !== 4) return 0;
    if ((flow.bytesHigh | flow.packetsHigh) === 0) return 1;
    const parts = Math.max(
      Math.ceil(total(flow.bytesHigh, flow.bytesLow) / MAX_COUNTER),
      Math.ceil(total(flow.packetsHigh, flow.packetsLow) / MAX_COUNTER),
    );
    return parts <= MAX_PARTS ? parts : 0;
  }

  open(packet: Packet): void {
    packet.length = HEADER_BYTES;
    this.#newestEnd = 0;
  }

  write(packet: Packet, flow: FlowRecord, times: Times, part: number, parts: number): boolean {
    const end = times.end;
    const start = Math.max(Math.min(times.start, end), end - LONGEST_FLOW);
    if (packet.records === MAX_RECORDS) return false;
    if (!this.#uptime.covers(start, end)) {
      if (packet.records > 0) return false;
      this.#uptime.moveTo(start);
    }
    const { view, length: at } = packet;
    const ingress = flow.direction === EGRESS ? 0 : interfaceIndex16(flow.interfaceIndex);
    const egress = flow.direction === EGRESS ? interfaceIndex16(flow.interfaceIndex) : 0;
    view.setInt32(at, trueSource(flow).w0);
    view.setInt32(at + 4, trueDestination(flow).w0);
    view.setInt32(at + 12, (ingress << 16) | egress);
    if (parts === 1) {
      view.setInt32(at + 16, flow.packetsLow);
      view.setInt32(at + 20, flow.bytesLow);
    } else {
      view.setUint32(at + 16, share(flow.packetsHigh, flow.packetsLow, part, parts));
      view.setUint32(at + 20, share(flow.bytesHigh, flow.bytesLow, part, parts));
    }
    view.setUint32(at + 24, this.#uptime.milliseconds(start));
    view.setUint32(at + 28, this.#uptime.milliseconds(end));
    view.setInt32(at + 32, (flow.sourcePort << 16) | flow.destinationPort);
    view.setInt32(at + 36, (flow.tcpFlags << 16) | (flow.protocol << 8));
    packet.length = at + RECORD_BYTES;
    packet.records++;
    if (end > this.#newestEnd) this.#newestEnd = end;
    return true;
  }

  close(packet: Packet, now: number): void {
    const seconds = this.#uptime.headerSeconds(now, this.#newestEnd);
    packet.units = packet.records;
    packet.view.setUint16(0, 5);
    packet.view.setUint16(2, packet.records);
    packet.view.setUint32(4, this.#uptime.milliseconds(seconds));
    packet.view.setUint32(8, seconds);
  }

  /** The domain's 16 lowest bits are engine type and engine id; the sequence counts flows. */
  stamp(packet: Packet, domain: number, sequence: number): void {
    packet.view.setUint32(16, sequence);
    packet.view.setUint16(20, domain & 0xffff);
  }
}

function total(high: number, low: number): number {
  return (high >>> 0) * 0x1_0000_0000 + (low >>> 0);
}

/** Part `part` of `parts` of a 64-bit counter: no part exceeds 32 bits, and they add up. */
function share(high: number, low: number, part: number, parts: number): number {
  const value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const upTo = (n: number) => (value * BigInt(n)) / BigInt(parts);
  return Number(upTo(part + 1) - upTo(part));
}

/** The interface's number in the 16 bits that v5 has; 0 stays 0, nothing else becomes it. */
function interfaceIndex16(index: number): number {
  return index === 0 ? 0 : (index ^ (index >>> 16)) & 0xffff || 1;
}
