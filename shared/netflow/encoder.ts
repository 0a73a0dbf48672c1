import type { FlowRecord } from '../flow/record.ts';
import type { OptionsContent, OptionsData } from './options.ts';
import type { Packet } from './packet.ts';

/** A flow's times in Unix seconds; both are present. */
export interface Times {
  start: number;
  end: number;
}

/** The wire format of one version: NetFlow v5, v9 or IPFIX. */
export interface Encoder {
  /** The number of records for the flow; 0 when this version cannot carry it. */
  recordsFor(flow: FlowRecord): number;
  /** Begins a packet, with the templates when they are due. */
  open(packet: Packet, withTemplates: boolean): void;
  /** The options data, if there is any. */
  readonly options?: OptionsData | undefined;
  /** Begins a packet of options data alone; `next` are the times of the flow that follows. */
  openOptions?(packet: Packet, content: OptionsContent, next: Times): void;
  /** Writes record `part` of `parts` of a flow; false when the packet has no room for it. */
  write(packet: Packet, flow: FlowRecord, times: Times, part: number, parts: number): boolean;
  /** Completes the packet; `now` in Unix seconds is the time of export. */
  close(packet: Packet, now: number): void;
  /** Writes the domain and the packet's sequence number into the header. */
  stamp(packet: Packet, domain: number, sequence: number): void;
}

/** Makes an encoder of packets of at most this many octets, for an exporter of this domain. */
export type NewEncoder = (maxPacketOctets: number, domain: number) => Encoder;
