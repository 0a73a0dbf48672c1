import { setTimeout as sleep } from 'node:timers/promises';
import type { Legs } from './flow/legs.ts';
import type { FlowRecord } from './flow/record.ts';
import { type Endpoint, Selection } from './flow/selection.ts';
import { Timeline, type TimelineOptions } from './flow/timeline.ts';
import type { Format } from './flowlog/format.ts';
import {
  type Counts,
  type CurrentLine,
  type FlowSource,
  type Line,
  noLines,
  type SourceReader,
} from './flowlog/source.ts';
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

/** Sends flow logs through one exporter: lines, flows, packets, and away. */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #exporter: Exporter;
  readonly #began = performance.now();
  readonly #counts: Counts = noLines();
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
  async file(name: string, source: FlowSource): Promise<void> {
    try {
      for await (const _ of source.read(this.#reader(name))) {
        await this.#send();
        if (this.isStopped) return;
      }
    } finally {
      await this.#endFile();
    }
  }

  async #endFile(): Promise<void> {
    // The last line may have had no newline.
    if (this.#timeline?.isAhead) await this.#send();
    this.#exporter.close();
    await this.#sendAll();
  }

  /** Ends the file that is being sent early. */
  stop(): void {
    this.#stop.abort();
  }

  #reader(name: string): SourceReader {
    const { format, onMalformed } = this.#options;
    return {
      format,
      counts: this.#counts,
      isLineByLine: this.#timeline?.hasRhythm,
      onFlow: (flow, current) => this.#add(flow, current),
      onOther: (outcome, current) => {
        if (outcome === 'malformed') onMalformed?.(name, current.line);
      },
    };
  }

  #add(flow: FlowRecord, current: CurrentLine): void {
    const exporter = this.#exporter;
    if (!this.#selection.wants(flow)) return;
    if (this.#options.options) {
      exporter.nameInterface(flow.interfaceIndex, current.interfaceName);
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
