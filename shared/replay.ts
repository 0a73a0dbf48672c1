import { setTimeout as sleep } from 'node:timers/promises';
import type { Legs } from './flow/legs.ts';
import type { FlowRecord } from './flow/record.ts';
import { type Endpoint, Selection } from './flow/selection.ts';
import { Timeline, type TimelineOptions } from './flow/timeline.ts';
import type { Format } from './flowlog/format.ts';
import { type Counts, FlowLogParser, type Line, type Outcome } from './flowlog/parser.ts';
import { Exporter, type ExporterOptions, type Version } from './netflow/exporter.ts';
import { type ExporterIdentity, takeReserved } from './netflow/exporter-identity.ts';
import type { Packet } from './netflow/packet.ts';

/** Takes export packets and resolves when they may be overwritten. */
type Send = (packets: readonly Packet[]) => Promise<unknown>;

export interface ReplayOptions {
  readonly version: Version;
  /** The observation domain of the packets, used without `reserve`. */
  readonly domain: number;
  /** Gives domain and numbers for the next packets. */
  readonly reserve?: ExporterIdentity['reserve'];
  readonly legs: Legs;
  /** Flows to and from these are left out. */
  readonly leftOut?: readonly Endpoint[];
  readonly timeline?: TimelineOptions;
  readonly format?: Format | undefined;
  readonly templateEveryPackets?: number;
  /** Options data for v9 and IPFIX. */
  readonly options?: ExporterOptions['options'];
  readonly send: Send;
  /** Called for every malformed line, with the name of its file. */
  readonly onMalformed?: (name: string, line: Line) => void;
}

/** A reservation costs a round trip: so many packets at least are worth one. */
const RESERVED_PACKETS = 512;
const NEWLINE = 10;

/** What became of the lines; `bytes` and `packets` are exact sums over the flows exported. */
export interface ReplaySummary {
  /** flows + nodata + skipdata + nonflow + malformed. */
  lines: number;
  flows: number;
  nodata: number;
  skipdata: number;
  nonflow: number;
  malformed: number;
  /** Flows of a leg that was not asked for. */
  otherLeg: number;
  /** Flows that this version of NetFlow cannot carry. */
  notExportable: number;
  /** NetFlow records: one a flow, more where v5 splits its counters. */
  records: number;
  datagrams: number;
  bytes: string;
  packets: string;
  seconds: number;
}

/** Sends flow log text through one exporter: bytes, lines, flows, packets, and away. */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #exporter: Exporter;
  readonly #began = performance.now();
  readonly #counts: Counts = { flow: 0, nodata: 0, skipdata: 0, nonflow: 0, malformed: 0 };
  readonly #selection: Selection;
  readonly #timeline: Timeline | undefined;
  readonly #stop = new AbortController();
  #datagrams = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#exporter = new Exporter(options);
    this.#selection = new Selection(options.legs, options.leftOut);
    this.#timeline = options.timeline && new Timeline(options.timeline);
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Flows between exporters and collectors, which are left out. */
  get ownTraffic(): number {
    return this.#selection.ownTraffic;
  }

  get summary(): ReplaySummary {
    const { flow: flows, nodata, skipdata, nonflow, malformed } = this.#counts;
    return {
      lines: flows + nodata + skipdata + nonflow + malformed,
      flows,
      nodata,
      skipdata,
      nonflow,
      malformed,
      otherLeg: this.#selection.otherLeg,
      notExportable: this.#exporter.notExportable,
      records: this.#exporter.records,
      datagrams: this.#datagrams,
      bytes: this.#exporter.bytes.toString(),
      packets: this.#exporter.packets.toString(),
      seconds: (performance.now() - this.#began) / 1000,
    };
  }

  /**
   * Sends one file. When reading it fails, what was read before is sent and counts, and the error
   * is thrown on.
   */
  async file(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const parser = this.#newParser(name);
    let isWhole = false;
    try {
      for await (const piece of pieces) {
        for (const part of this.#timeline?.hasRhythm ? linesOf(piece) : [piece]) {
          parser.write(part);
          await this.#send();
          if (this.isStopped) return;
        }
      }
      isWhole = true;
    } finally {
      await this.#endFile(parser, isWhole);
    }
  }

  async #endFile(parser: FlowLogParser, isWhole: boolean): Promise<void> {
    if (isWhole) parser.end();
    else parser.breakOff();
    // The last line may have had no newline.
    if (this.#timeline?.isAhead) await this.#send();
    this.#exporter.close();
    await this.#sendAll();
    this.#count(parser.counts);
  }

  /** Ends the file that is being sent early. */
  stop(): void {
    this.#stop.abort();
  }

  #newParser(name: string): FlowLogParser {
    const { format, onMalformed } = this.#options;
    const parser: FlowLogParser = new FlowLogParser({
      format,
      onFlow: (flow) => this.#add(flow, parser),
      onOther: (outcome) => {
        if (outcome === 'malformed') onMalformed?.(name, parser.line);
      },
    });
    return parser;
  }

  #count(counts: Readonly<Counts>): void {
    for (const outcome of Object.keys(counts) as Outcome[]) {
      this.#counts[outcome] += counts[outcome];
    }
  }

  #add(flow: FlowRecord, parser: FlowLogParser): void {
    const exporter = this.#exporter;
    if (!this.#selection.wants(flow)) return;
    if (this.#options.options) {
      exporter.nameInterface(flow.interfaceIndex, parser.interfaceName(flow));
    }
    this.#timeline?.move(flow);
    // What was before it goes out before it is waited for.
    if (this.#timeline?.isAhead) exporter.close();
    exporter.add(flow);
  }

  async #send(): Promise<void> {
    const { pendingPackets } = this.#exporter;
    if (this.#options.reserve === undefined || pendingPackets >= RESERVED_PACKETS) {
      await this.#sendAll();
    }
    if (this.#timeline?.isAhead) {
      await sleep(this.#timeline.waitMs, undefined, this.#stop).catch(() => {});
    }
  }

  async #sendAll(): Promise<void> {
    const { reserve, version, send } = this.#options;
    const exporter = this.#exporter;
    const packets = reserve
      ? (await takeReserved(exporter, version, reserve)).packets
      : exporter.take();
    this.#datagrams += packets.length;
    await send(packets);
  }
}

function* linesOf(piece: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < piece.length; ) {
    const end = piece.indexOf(NEWLINE, at) + 1 || piece.length;
    yield piece.subarray(at, end);
    at = end;
  }
}
