import { type DataRecord, type Header, type Packet, streamId } from './decode/packet.ts';
import { Decoder } from './decode.ts';
import { type FlowLine, flowLine } from './flow-line.ts';
import { RecentMap } from './recent-map.ts';
import { SequenceTracker } from './sequence.ts';

/** A fault in a datagram, as one sentence that names its exporter. */
export interface Trouble {
  readonly kind: 'sequence' | 'faulty' | 'unknown-template';
  readonly message: string;
}

/** Counters of one exporter's stream. */
export interface ExporterTally {
  /** Sender, protocol and stream id, as in `192.0.2.1 v9 source 7`. */
  readonly name: string;
  datagrams: number;
  flows: number;
  sequenceErrors: number;
  /** Data sets without a known template. */
  unknownTemplates: number;
  /** The sampling interval in the latest options data; 0 before the first. */
  samplingRate: number;
}

/** The most exporters remembered. Bounds memory when source ids are forged. */
const MAX_EXPORTERS = 10_000;
const STREAM_WORDS = { 5: 'v5 engine', 9: 'v9 source', 10: 'IPFIX domain' } as const;

function samplingRateIn(records: readonly DataRecord[]): number | undefined {
  const rates = records
    .filter((record) => record.options)
    .map(({ values }) => values['samplingPacketInterval'] ?? values['samplingInterval'])
    .filter((rate) => typeof rate === 'number');
  return rates.at(-1);
}

/** A collecting process (RFC 7011 section 2) without its socket: datagrams in, flows and faults out. */
export class FlowCollector {
  /** Datagrams received, and how many of them had a fault. */
  datagrams = 0;
  faulty = 0;
  readonly #decoder = new Decoder();
  readonly #sequences = new SequenceTracker();
  readonly #exporters = new RecentMap<ExporterTally>(MAX_EXPORTERS);

  /** Reads one datagram from the address `sender`, received at `receivedMs` (Unix ms). */
  take(datagram: Uint8Array, sender: string, receivedMs: number) {
    const packet = this.#decoder.decode(datagram, sender);
    this.datagrams += 1;
    if (packet.error !== undefined) this.faulty += 1;
    if (packet.header === undefined) {
      const message = `${sender}: ${packet.error}`;
      return { flows: [], troubles: [{ kind: 'faulty', message }] satisfies Trouble[] };
    }
    const tally = this.#tallyOf(packet.header, sender);
    const troubles = this.#troublesOf(packet, sender, tally);
    const flows = flowsOf(packet, packet.header, { sender, receivedMs, tally });
    tally.datagrams += 1;
    tally.flows += flows.length;
    return { flows, troubles };
  }

  /** The known exporters, ordered by their latest datagram, oldest first. */
  exporters(): readonly Readonly<ExporterTally>[] {
    return [...this.#exporters.values()];
  }

  #tallyOf(header: Header, sender: string): ExporterTally {
    const name = `${sender} ${STREAM_WORDS[header.version]} ${streamId(header)}`;
    const counts = { datagrams: 0, flows: 0, sequenceErrors: 0, unknownTemplates: 0 };
    const tally = this.#exporters.get(name) ?? { name, ...counts, samplingRate: 0 };
    this.#exporters.set(name, tally);
    return tally;
  }

  #troublesOf(packet: Packet, sender: string, tally: ExporterTally): Trouble[] {
    const troubles: Trouble[] = [];
    const note = (kind: Trouble['kind'], what: string) =>
      troubles.push({ kind, message: `${tally.name}: ${what}` });
    const gap = this.#sequences.check(packet, sender);
    if (gap !== undefined) {
      tally.sequenceErrors += 1;
      note('sequence', `sequence number ${gap.received}, expected ${gap.expected} ${gap.unit}`);
    }
    tally.unknownTemplates += packet.unknownTemplates.length;
    for (const id of packet.unknownTemplates)
      note('unknown-template', `data of template ${id}, which has not come yet`);
    if (packet.error !== undefined) note('faulty', packet.error);
    return troubles;
  }
}

function flowsOf(
  packet: Packet,
  header: Header,
  { sender, receivedMs, tally }: { sender: string; receivedMs: number; tally: ExporterTally },
): FlowLine[] {
  tally.samplingRate = samplingRateIn(packet.records) ?? tally.samplingRate;
  const samplingRate = header.version === 5 ? header.samplingInterval : tally.samplingRate;
  const reception = { header, sender, receivedMs, samplingRate };
  return packet.records
    .filter((record) => !record.options)
    .map((record) => flowLine(record, reception));
}
