import { isTranslated } from '../flow/legs.ts';
import {
  type Address,
  EGRESS,
  type FlowRecord,
  sameAddress,
  trueDestination,
  trueSource,
} from '../flow/record.ts';
import type { Encoder, Times } from './encoder.ts';
import type { OptionsContent, OptionsData } from './options.ts';
import type { Packet } from './packet.ts';
import {
  COMMON,
  IPV4_ADDRESSES,
  IPV6_ADDRESSES,
  POST_NAT_ADDRESSES,
  type Template,
  type Templates,
  templateSet,
} from './templates.ts';

/** The differences between v9 and IPFIX. */
export interface Dialect {
  readonly headerBytes: number;
  readonly templateSetId: number;
  /** Sets are padded to a multiple of this: 4 in v9, 1 in IPFIX, whose padding some collectors misread. */
  readonly alignment: number;
  readonly templates: Templates;
  /** Whether the packet can express these times. An empty packet always can. */
  accepts(times: Times, isEmpty: boolean): boolean;
  writeTimes(view: DataView, at: number, times: Times): void;
  writeHeader(packet: Packet, now: number): void;
  stamp(packet: Packet, domain: number, sequence: number): void;
}

const SET_HEADER_BYTES = 4;

/** NetFlow v9 and IPFIX: sets of records, each laid out by its template. */
export class TemplateEncoder implements Encoder {
  readonly #dialect: Dialect;
  readonly #maxOctets: number;
  readonly options: OptionsData | undefined;
  readonly #templates: Templates;
  readonly #templateSet: Uint8Array;
  /** The offset and template id of the set under construction; 0 when there is none. */
  #setAt = 0;
  #setId = 0;

  constructor(dialect: Dialect, maxPacketOctets: number, options?: OptionsData | undefined) {
    // A multiple of the alignment, so that padding never passes it.
    this.#maxOctets = maxPacketOctets - (maxPacketOctets % dialect.alignment);
    this.options = options;
    this.#dialect = dialect;
    this.#templates = dialect.templates;
    this.#templateSet = templateSet(dialect.templateSetId, Object.values(this.#templates));
  }

  recordsFor(flow: FlowRecord): number {
    const { family } = trueSource(flow);
    return family !== 0 && family === trueDestination(flow).family ? 1 : 0;
  }

  open(packet: Packet, withTemplates: boolean): void {
    packet.length = this.#dialect.headerBytes;
    if (withTemplates) {
      packet.append(this.#templateSet);
      packet.templates = Object.keys(this.#templates).length;
    }
  }

  openOptions(packet: Packet, { sets, templates, options }: OptionsContent, next: Times): void {
    packet.length = this.#dialect.headerBytes;
    packet.append(sets);
    packet.templates = templates;
    packet.options = options;
    // The header has a time near those of the flows that follow.
    this.#dialect.accepts(next, true);
  }

  write(packet: Packet, flow: FlowRecord, times: Times): boolean {
    const template = this.#templateFor(flow);
    const opens = template.id !== this.#setId;
    const room = this.#maxOctets - packet.length;
    if (room < template.octets + (opens ? SET_HEADER_BYTES : 0)) return false;
    if (!this.#dialect.accepts(times, packet.records === 0)) return false;
    if (opens) this.#openSet(packet, template.id);
    const { view, length: at } = packet;
    if (template === this.#templates.ipv6) writeIpv6Addresses(view, at, flow);
    else writeIpv4Addresses(view, at, flow);
    writeCommon(view, at + template.commonAt, flow);
    this.#dialect.writeTimes(view, at + template.timesAt, times);
    if (template === this.#templates.translated) writePostNat(view, at + template.postNatAt, flow);
    packet.length = at + template.octets;
    packet.records++;
    return true;
  }

  close(packet: Packet, now: number): void {
    this.#closeSet(packet);
    this.#dialect.writeHeader(packet, now);
  }

  stamp(packet: Packet, domain: number, sequence: number): void {
    this.#dialect.stamp(packet, domain, sequence);
  }

  #templateFor(flow: FlowRecord): Template {
    const { ipv4, ipv6, translated } = this.#templates;
    if (trueSource(flow).family === 6) return ipv6;
    const { source, destination } = flow;
    const isIpv4 = source.family === 4 && destination.family === 4;
    return isIpv4 && isTranslated(flow) ? translated : ipv4;
  }

  #openSet(packet: Packet, id: number): void {
    this.#closeSet(packet);
    this.#setAt = packet.length;
    this.#setId = id;
    packet.view.setUint16(packet.length, id);
    packet.length += SET_HEADER_BYTES;
  }

  #closeSet(packet: Packet): void {
    if (this.#setId === 0) return;
    while (packet.length % this.#dialect.alignment !== 0) {
      packet.view.setUint8(packet.length++, 0);
    }
    packet.view.setUint16(this.#setAt + 2, packet.length - this.#setAt);
    this.#setId = 0;
  }
}

function writeIpv4Addresses(view: DataView, record: number, flow: FlowRecord): void {
  const { at } = IPV4_ADDRESSES;
  view.setInt32(record + at.sourceIPv4Address, trueSource(flow).w0);
  view.setInt32(record + at.destinationIPv4Address, trueDestination(flow).w0);
}

function writeIpv6Addresses(view: DataView, record: number, flow: FlowRecord): void {
  const { at } = IPV6_ADDRESSES;
  writeIpv6(view, record + at.sourceIPv6Address, trueSource(flow));
  writeIpv6(view, record + at.destinationIPv6Address, trueDestination(flow));
}

function writeIpv6(view: DataView, at: number, address: Address): void {
  view.setInt32(at, address.w0);
  view.setInt32(at + 4, address.w1);
  view.setInt32(at + 8, address.w2);
  view.setInt32(at + 12, address.w3);
}

function writeCommon(view: DataView, part: number, flow: FlowRecord): void {
  const { at } = COMMON;
  const isEgress = flow.direction === EGRESS;
  view.setUint16(part + at.sourceTransportPort, flow.sourcePort);
  view.setUint16(part + at.destinationTransportPort, flow.destinationPort);
  view.setUint8(part + at.protocolIdentifier, flow.protocol);
  view.setUint8(part + at.tcpControlBits, flow.tcpFlags);
  view.setUint8(part + at.flowDirection, isEgress ? 1 : 0);
  view.setUint8(part + at.forwardingStatus, flow.forwardingStatus);
  view.setInt32(part + at.ingressInterface, isEgress ? 0 : flow.interfaceIndex);
  view.setInt32(part + at.egressInterface, isEgress ? flow.interfaceIndex : 0);
  view.setInt32(part + at.packetDeltaCount, flow.packetsHigh);
  view.setInt32(part + at.packetDeltaCount + 4, flow.packetsLow);
  view.setInt32(part + at.octetDeltaCount, flow.bytesHigh);
  view.setInt32(part + at.octetDeltaCount + 4, flow.bytesLow);
}

/**
 * From the client, the source after NAT is the gateway's address, which the line has as its destination.
 * To the client, the packet was sent to the gateway's address, which the line has as its source.
 */
function writePostNat(view: DataView, part: number, flow: FlowRecord): void {
  const { at } = POST_NAT_ADDRESSES;
  const fromClient = !sameAddress(flow.destination, trueDestination(flow));
  const toClient = !sameAddress(flow.source, trueSource(flow));
  view.setInt32(
    part + at.postNATSourceIPv4Address,
    fromClient ? flow.destination.w0 : trueSource(flow).w0,
  );
  view.setInt32(
    part + at.postNATDestinationIPv4Address,
    toClient ? flow.source.w0 : trueDestination(flow).w0,
  );
}
