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
import { OptionsData, type OptionsDialect, type OptionsSettings } from './options.ts';
import type { Packet } from './packet.ts';
import {
  type Field,
  IPV4_TEMPLATE,
  IPV6_TEMPLATE,
  layouts,
  recordOctets,
  TRANSLATED_TEMPLATE,
  templateSet,
} from './templates.ts';

/** What tells v9 from IPFIX. */
export interface Dialect {
  readonly headerBytes: number;
  readonly templateSetId: number;
  /** Sets end on a multiple of this, as headers do: 4 in v9; IPFIX needs no padding, and some readers trip over it. */
  readonly alignment: number;
  readonly timeFields: readonly Field[];
  readonly options: OptionsDialect;
  /** Whether the packet can tell these times; when it is still empty it has to. */
  accepts(times: Times, isEmpty: boolean): boolean;
  writeTimes(view: DataView, at: number, times: Times): void;
  writeHeader(packet: Packet, now: number): void;
  stamp(packet: Packet, domain: number, sequence: number): void;
}

/**
 * Leaves room for the headers of tunnels below an MTU of 1,500. A multiple of both alignments, so that
 * padding never passes it.
 */
const MAX_BYTES = 1400;
const SET_HEADER_BYTES = 4;

/** NetFlow v9 and IPFIX: sets of records, each laid out as its template says. */
export class TemplateEncoder implements Encoder {
  readonly #dialect: Dialect;
  readonly #options: OptionsData | undefined;
  readonly #templates: Uint8Array;
  readonly #octets: ReadonlyMap<number, number>;
  /** Where the set under construction begins, and its template; 0 when there is none. */
  #setAt = 0;
  #setId = 0;

  constructor(dialect: Dialect, settings?: OptionsSettings) {
    this.#options = settings && new OptionsData(dialect.options, settings);
    this.#dialect = dialect;
    const byId = layouts(dialect.timeFields);
    this.#templates = templateSet(dialect.templateSetId, byId);
    this.#octets = new Map([...byId].map(([id, layout]) => [id, recordOctets(layout)]));
  }

  recordsFor(flow: FlowRecord): number {
    const { family } = trueSource(flow);
    return family !== 0 && family === trueDestination(flow).family ? 1 : 0;
  }

  open(packet: Packet, withTemplates: boolean): void {
    packet.length = this.#dialect.headerBytes;
    if (withTemplates) {
      packet.append(this.#templates);
      packet.templates = this.#octets.size;
      this.#options?.announce(packet);
    }
    this.#options?.append(packet);
  }

  nameInterface(index: number, name: string): void {
    this.#options?.nameInterface(index, name);
  }

  write(packet: Packet, flow: FlowRecord, times: Times): boolean {
    const id = templateFor(flow);
    const octets = this.#octets.get(id) ?? 0;
    const opens = id !== this.#setId;
    const room = MAX_BYTES - packet.length;
    if (room < octets + (opens ? SET_HEADER_BYTES : 0)) return false;
    if (!this.#dialect.accepts(times, packet.records === 0)) return false;
    if (opens) this.#openSet(packet, id);
    const at = writeAddresses(packet.view, packet.length, flow, id);
    writeCommon(packet.view, at, flow);
    this.#dialect.writeTimes(packet.view, at + 32, times);
    packet.length += octets;
    if (id === TRANSLATED_TEMPLATE) writePostNat(packet.view, packet.length - 8, flow);
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

function templateFor(flow: FlowRecord): number {
  if (trueSource(flow).family === 6) return IPV6_TEMPLATE;
  const { source, destination } = flow;
  const isIpv4 = source.family === 4 && destination.family === 4;
  return isIpv4 && isTranslated(flow) ? TRANSLATED_TEMPLATE : IPV4_TEMPLATE;
}

function writeAddresses(view: DataView, at: number, flow: FlowRecord, id: number): number {
  const source = trueSource(flow);
  const destination = trueDestination(flow);
  if (id !== IPV6_TEMPLATE) {
    view.setInt32(at, source.w0);
    view.setInt32(at + 4, destination.w0);
    return at + 8;
  }
  writeIpv6(view, at, source);
  writeIpv6(view, at + 16, destination);
  return at + 32;
}

function writeIpv6(view: DataView, at: number, address: Address): void {
  view.setInt32(at, address.w0);
  view.setInt32(at + 4, address.w1);
  view.setInt32(at + 8, address.w2);
  view.setInt32(at + 12, address.w3);
}

/** The 32 octets of COMMON in templates.ts. */
function writeCommon(view: DataView, at: number, flow: FlowRecord): void {
  const isEgress = flow.direction === EGRESS;
  view.setUint16(at, flow.sourcePort);
  view.setUint16(at + 2, flow.destinationPort);
  view.setUint8(at + 4, flow.protocol);
  view.setUint8(at + 5, flow.tcpFlags);
  view.setUint8(at + 6, isEgress ? 1 : 0);
  view.setUint8(at + 7, flow.forwardingStatus);
  view.setInt32(at + 8, isEgress ? 0 : flow.interfaceIndex);
  view.setInt32(at + 12, isEgress ? flow.interfaceIndex : 0);
  view.setInt32(at + 16, flow.packetsHigh);
  view.setInt32(at + 20, flow.packetsLow);
  view.setInt32(at + 24, flow.bytesHigh);
  view.setInt32(at + 28, flow.bytesLow);
}

/**
 * From the client: its address becomes the gateway's, which stands in place of the destination.
 * To the client: what was sent to the gateway's address, which stands in place of the source.
 */
function writePostNat(view: DataView, at: number, flow: FlowRecord): void {
  const fromClient = !sameAddress(flow.destination, trueDestination(flow));
  const toClient = !sameAddress(flow.source, trueSource(flow));
  view.setInt32(at, fromClient ? flow.destination.w0 : trueSource(flow).w0);
  view.setInt32(at + 4, toClient ? flow.source.w0 : trueDestination(flow).w0);
}
