import type { FlowRecord } from '../flow/record.ts';
import type { Packet } from './packet.ts';

/** A flow's times in Unix seconds, neither of them absent. */
export interface Times {
  start: number;
  end: number;
}

/** What NetFlow v5, v9 and IPFIX do each in their own way. */
export interface Encoder {
  /** How many records the flow takes; 0 when this version cannot carry it. */
  recordsFor(flow: FlowRecord): number;
  /** Begins a packet, with the templates when they are due. */
  open(packet: Packet, withTemplates: boolean): void;
  /** Tells collectors the name of an interface, where options data is wanted. */
  nameInterface?(index: number, name: string): void;
  /** Writes record `part` of `parts` of a flow; false when the packet has no place for it. */
  write(packet: Packet, flow: FlowRecord, times: Times, part: number, parts: number): boolean;
  /** Completes the packet; `now` in Unix seconds is the time of export. */
  close(packet: Packet, now: number): void;
  /** Writes who exports, and the sequence number the packet begins with. */
  stamp(packet: Packet, domain: number, sequence: number): void;
}
