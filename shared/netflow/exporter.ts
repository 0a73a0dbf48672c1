import { counter, type FlowRecord, NO_TIME } from '../flow/record.ts';
import { Sum } from '../flow/sum.ts';
import type { Encoder, NewEncoder } from './encoder.ts';
import { Packet } from './packet.ts';
import type { Version } from './protocol.ts';
import { type ExportSession, udpSession } from './session.ts';

/** The members of the session default to those of UDP. */
export interface ExporterOptions extends Partial<ExportSession> {
  readonly version: Version;
  /** Makes the encoder of this version: see encoders.ts. */
  readonly newEncoder: NewEncoder;
  /** v5: engine type and id (16 bits); v9: source id; IPFIX: observation domain id. */
  readonly domain: number;
  /** The sequence number of the first packet, in the version's own units. */
  readonly sequence?: number;
  /** Unix milliseconds. */
  readonly now?: () => number;
}

/** Sums over the flows that were added to an exporter. */
export class Totals {
  readonly bytes = new Sum();
  readonly packets = new Sum();
  /** Flow records written: more than flows when v5 splits counters. */
  records = 0;
  /** Flows that the version cannot carry: IPv6 in v5, or two addresses of different families. */
  notExportable = 0;
}

/**
 * Packs flows into export packets. Keeps the state between packets: the sequence number, and when the templates
 * are due. It sends nothing.
 */
export class Exporter {
  /** The totals that flows are added to. Replace them to start a new count. */
  totals = new Totals();
  readonly version: Version;
  domain: number;
  sequence: number;

  readonly #encoder: Encoder;
  readonly #now: () => number;
  readonly #session: ExportSession;
  /** How many packets in a row still begin with the templates, and after how many they are due again. */
  #firstPackets: number;
  #packetsUntilTemplates = 0;
  #templatesDueAt = 0;
  readonly #times = { start: 0, end: 0 };
  /** Reused packets: the first `#filled` are finished, the next is under construction. */
  #pool: Packet[] = [];
  #filled = 0;
  #open: Packet | undefined;

  constructor(options: ExporterOptions) {
    this.#session = { ...udpSession(options.version), ...options };
    this.#firstPackets = this.#session.templateFirstPackets;
    this.#encoder = options.newEncoder(this.#session.maxPacketOctets, options.domain);
    this.version = options.version;
    this.domain = options.domain;
    this.sequence = options.sequence ?? 0;
    this.#now = options.now ?? Date.now;
  }

  /** Adds a flow. Returns false, and counts it, when this version cannot carry it. */
  add(flow: FlowRecord): boolean {
    const { totals } = this;
    const parts = this.#encoder.recordsFor(flow);
    if (parts === 0) {
      totals.notExportable++;
      return false;
    }
    const times = this.#times;
    times.end = flow.end !== NO_TIME ? flow.end : flow.start;
    if (times.end === NO_TIME) times.end = this.#seconds();
    times.start = flow.start !== NO_TIME ? flow.start : times.end;
    for (let part = 0; part < parts; part++) {
      while (!this.#encoder.write(this.#packet(), flow, times, part, parts)) this.#close();
    }
    this.#packet().flowBytes += counter(flow.bytesHigh, flow.bytesLow);
    totals.records += parts;
    totals.bytes.add(flow.bytesHigh, flow.bytesLow);
    totals.packets.add(flow.packetsHigh, flow.packetsLow);
    return true;
  }

  /** Adds the name of an interface to the options data, if there is any. */
  nameInterface(index: number, name: string): void {
    this.#encoder.options?.nameInterface(index, name);
  }

  /** By how much the packets that `take` would return advance the sequence number, in the version's units. */
  get pendingUnits(): number {
    return this.#pool.slice(0, this.#filled).reduce((sum, { units }) => sum + units, 0);
  }

  /** The number of packets that `take` would return. */
  get pendingPackets(): number {
    return this.#filled;
  }

  /** Finishes the packet under construction, so that the next `take` returns it too. */
  close(): void {
    if (this.#open !== undefined) this.#close();
  }

  /**
   * The packets finished since the last call, stamped with the current domain and sequence number. They are valid
   * until the next `add`.
   */
  take(): readonly Packet[] {
    const packets = this.#pool.slice(0, this.#filled);
    for (const packet of packets) {
      this.#encoder.stamp(packet, this.domain, this.sequence);
      this.sequence = (this.sequence + packet.units) >>> 0;
    }
    // The open packet is still being written, so the returned packets are reused after it.
    this.#pool = [...this.#pool.slice(this.#filled), ...packets];
    this.#filled = 0;
    return packets;
  }

  /** All packets, including the one under construction. */
  finish(): readonly Packet[] {
    this.close();
    return this.take();
  }

  /** The next packet begins with the templates, regardless of when they were last sent. */
  repeatTemplates(): void {
    this.#packetsUntilTemplates = 0;
  }

  #packet(): Packet {
    if (this.#open !== undefined) return this.#open;
    const areDue = this.#areTemplatesDue();
    for (const content of this.#encoder.options?.take(areDue) ?? []) {
      this.#encoder.openOptions?.(this.#begin(), content, this.#times);
      this.#close();
    }
    const packet = this.#begin();
    this.#encoder.open(packet, areDue);
    return packet;
  }

  #begin(): Packet {
    const packet = this.#pool[this.#filled] ?? new Packet(this.#session.maxPacketOctets);
    this.#pool[this.#filled] = packet;
    packet.clear();
    this.#open = packet;
    return packet;
  }

  #areTemplatesDue(): boolean {
    const now = this.#seconds();
    const isFirst = this.#firstPackets-- > 0;
    const isDue = isFirst || this.#packetsUntilTemplates-- <= 0 || now >= this.#templatesDueAt;
    if (isDue) {
      this.#packetsUntilTemplates = this.#session.templateEveryPackets - 1;
      this.#templatesDueAt = now + this.#session.templateEverySeconds;
    }
    return isDue;
  }

  #close(): void {
    if (this.#open !== undefined) this.#encoder.close(this.#open, this.#seconds());
    this.#open = undefined;
    this.#filled++;
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }
}
