import { type DataRecord, type Header, type Packet, streamId } from './decode/packet.ts';
import { Decoder } from './decode.ts';
import { type FlowLine, flowLine } from './flow-line.ts';
import { RecentMap } from './recent-map.ts';
import { SamplingRates, samplerOf } from './sampling.ts';
import { SequenceTracker } from './sequence.ts';

/** A fault in a datagram, as one sentence that names its exporter. */
export interface Trouble {
  readonly kind: 'sequence' | 'faulty' | 'unknown-template' | 'unknown-sampling';
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
  /** Flows whose sampling rate is not known. */
  unknownSampling: number;
}

/** An exporter's stream: its counters, and what its options data says about its flows. */
interface Exporter {
  readonly tally: ExporterTally;
  readonly rates: SamplingRates;
  /** systemInitTimeMilliseconds, where options data has it. */
  bootMs: number | undefined;
}

/** The most exporters remembered; fewer, when they have many sampling rates. Bounds memory when ids are forged. */
const MAX_EXPORTERS = 10_000;
/** An exporter weighs as much as this many sampling rates. */
const EXPORTER_WEIGHT = 10;
const STREAM_WORDS = { 5: 'v5 engine', 9: 'v9 source', 10: 'IPFIX domain' } as const;

const weightOf = ({ rates }: Exporter) => EXPORTER_WEIGHT + rates.size;

function newExporter(name: string): Exporter {
  const counts = { datagrams: 0, flows: 0, sequenceErrors: 0 };
  const tally = { name, ...counts, unknownTemplates: 0, unknownSampling: 0 };
  return { tally, rates: new SamplingRates(), bootMs: undefined };
}

/** A collecting process (RFC 7011 section 2) without its socket: datagrams in, flows and faults out. */
export class FlowCollector {
  /** Datagrams received, and how many of them had a fault. */
  datagrams = 0;
  faulty = 0;
  readonly #decoder = new Decoder();
  readonly #sequences = new SequenceTracker();
  readonly #exporters = new RecentMap<Exporter>(MAX_EXPORTERS * EXPORTER_WEIGHT, weightOf);

  /** Reads one datagram from the address `sender`, received at `receivedMs` (Unix ms). */
  take(datagram: Uint8Array, sender: string, receivedMs: number) {
    const packet = this.#decoder.decode(datagram, sender);
    this.datagrams += 1;
    if (packet.error !== undefined) this.faulty += 1;
    if (packet.header === undefined) {
      const message = `${sender}: ${packet.error}`;
      return { flows: [], troubles: [{ kind: 'faulty', message }] satisfies Trouble[] };
    }
    const exporter = this.#exporterOf(packet, packet.header, sender);
    const troubles = this.#troublesOf(packet, sender, exporter.tally);
    const { flows, unknown } = flowsOf(packet, packet.header, { sender, receivedMs, exporter });
    const { tally } = exporter;
    if (unknown.first !== undefined) {
      const message = `${tally.name}: ${whyUnknown(unknown.first)}`;
      troubles.push({ kind: 'unknown-sampling', message });
    }
    tally.datagrams += 1;
    tally.flows += flows.length;
    tally.unknownSampling += unknown.count;
    return { flows, troubles };
  }

  /** The known exporters, ordered by their latest datagram, oldest first. */
  exporters(): readonly Readonly<ExporterTally>[] {
    return [...this.#exporters.values()].map(({ tally }) => tally);
  }

  /** The exporter of a packet, with what the options data of this packet says about it. */
  #exporterOf(packet: Packet, header: Header, sender: string): Exporter {
    const name = `${sender} ${STREAM_WORDS[header.version]} ${streamId(header)}`;
    const exporter = this.#exporters.get(name) ?? newExporter(name);
    for (const record of packet.records) if (record.options) learn(exporter, record);
    this.#exporters.set(name, exporter);
    return exporter;
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

function learn(exporter: Exporter, options: DataRecord): void {
  exporter.rates.learn(options);
  const boot = options.values['systemInitTimeMilliseconds'];
  if (typeof boot === 'number') exporter.bootMs = boot;
}

interface Reception {
  readonly sender: string;
  readonly receivedMs: number;
  readonly exporter: Exporter;
}

/** The flows of a packet, and how many of them have an unknown sampling rate, with the first such record. */
function flowsOf(packet: Packet, header: Header, { exporter, ...reception }: Reception) {
  const { rates, bootMs } = exporter;
  const flows: FlowLine[] = [];
  const unknown: { count: number; first?: DataRecord } = { count: 0 };
  for (const record of packet.records) {
    if (record.options) continue;
    const samplingRate = header.version === 5 ? header.samplingInterval : rates.of(record);
    if (samplingRate === null) {
      unknown.count += 1;
      unknown.first ??= record;
    }
    flows.push(flowLine(record, { header, ...reception, samplingRate, bootMs }));
  }
  return { flows, unknown };
}

function whyUnknown({ values }: DataRecord): string {
  const sampler = samplerOf(values);
  return sampler === undefined
    ? 'a flow names none of the samplers, which have different rates'
    : `a flow of sampler ${sampler}, whose rate has not come yet`;
}
