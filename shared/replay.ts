import { isWanted, type Legs } from './flow/legs.ts';
import type { Format } from './flowlog/format.ts';
import { FlowLogParser, type Line } from './flowlog/parser.ts';
import { Exporter, type ExporterOptions, type Version } from './netflow/exporter.ts';
import type { Packet } from './netflow/packet.ts';

/** Takes export packets and resolves when they may be overwritten. */
export type Send = (packets: readonly Packet[]) => Promise<unknown>;

export interface ReplayOptions {
  readonly version: Version;
  readonly domain: number;
  readonly legs: Legs;
  readonly format?: Format | undefined;
  /** Options data for v9 and IPFIX. */
  readonly options?: ExporterOptions['options'];
  readonly send: Send;
  /** Called for every malformed line, with the name of its file. */
  readonly onMalformed?: (name: string, line: Line) => void;
}

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
  readonly #counts = { flow: 0, nodata: 0, skipdata: 0, nonflow: 0, malformed: 0 };
  #otherLeg = 0;
  #datagrams = 0;
  #stopped = false;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#exporter = new Exporter(options);
  }

  get isStopped(): boolean {
    return this.#stopped;
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
      otherLeg: this.#otherLeg,
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
    const { legs, format, options, send, onMalformed } = this.#options;
    const exporter = this.#exporter;
    const parser = new FlowLogParser({
      format,
      onFlow: (flow) => {
        if (!isWanted(flow, legs)) {
          this.#otherLeg++;
          return;
        }
        if (options) exporter.nameInterface(flow.interfaceIndex, parser.interfaceName(flow));
        exporter.add(flow);
      },
      onOther: (outcome) => {
        if (outcome === 'malformed') onMalformed?.(name, parser.line);
      },
    });
    try {
      for await (const piece of pieces) {
        parser.write(piece);
        await this.#send(exporter.take(), send);
        if (this.#stopped) break;
      }
    } finally {
      parser.end();
      await this.#send(exporter.finish(), send);
      for (const outcome of Object.keys(this.#counts) as (keyof typeof parser.counts)[]) {
        this.#counts[outcome] += parser.counts[outcome];
      }
    }
  }

  /** Ends the file that is being sent early. */
  stop(): void {
    this.#stopped = true;
  }

  async #send(packets: readonly Packet[], send: Send): Promise<void> {
    this.#datagrams += packets.length;
    await send(packets);
  }
}
