import { endingBy, inTime, msUntil, NEVER, portDeadline } from '../deadline.ts';
import type { Legs } from '../flow/legs.ts';
import type { FlowRecord } from '../flow/record.ts';
import type { Format } from '../flowlog/format.ts';
import {
  type Counts,
  type CurrentLine,
  type FlowSource,
  type Line,
  noLines,
  type SourceReader,
} from '../flowlog/source.ts';
import { type Exporter, Totals } from '../netflow/exporter.ts';
import { type ExporterIdentity, takeReserved } from '../netflow/exporter-identity.ts';
import { ExportFilter } from './export-filter.ts';
import { addExported, NOTHING_EXPORTED } from './exported.ts';
import type { ReplayClock } from './replay-clock.ts';
import { type ExportSummary, lineCounts } from './summary.ts';
import type { Endpoint, Transport } from './transport.ts';

type OnFlow = (flow: FlowRecord, current: CurrentLine) => void;

/** What is exported, and when it is sent. */
export interface ExportOptions {
  readonly legs: Legs;
  /** The format of lines before any header. */
  readonly format?: Format | undefined;
  /** Stands before everything else: passes on the flows that take part, as they are or later. */
  readonly sift?: ((flow: FlowRecord, current: CurrentLine, next: OnFlow) => void) | undefined;
  /** Flows to and from these are left out. */
  readonly leftOut?: readonly Endpoint[];
  /** Lines are only counted. */
  readonly countsOnly?: boolean;
  /** After a piece of the input, packets are sent if at least this many are finished; by default one. */
  readonly batchPackets?: number;
  /** The deadline of the export, a time of `performance.now()`. A port that has not ended by then has failed. */
  readonly deadline?: number;
  /** Delays flows and shifts their times. Without a clock, flows are sent unchanged and as they are read. */
  readonly clock?: ReplayClock | undefined;
  /** The exporter gets the names of interfaces, for its options data. */
  readonly namesInterfaces?: boolean;
  /** Called for every malformed line, with the name of its input. */
  readonly onMalformed?: (name: string, line: Line) => void;
}

/** The ports of an export: a source of sequence numbers, and a transport. */
export interface ExportPorts {
  readonly reserve: ExporterIdentity['reserve'];
  readonly transport: Pick<Transport, 'send'>;
}

/** Waits for the collectors' names to be resolved, at most half of the time until the deadline. */
export async function findCollectors(
  transport: Pick<Transport, 'refresh'>,
  deadline: number,
): Promise<void> {
  const half = msUntil(deadline) / 2;
  await inTime(transport.refresh(half), half);
}

/**
 * Exports flow logs: reads lines, filters and encodes flows, numbers and sends packets. The exporter can be used
 * for one run after the other. When a run fails, its exporter must not be used again, because a port that missed
 * the deadline may still read its packets.
 */
export class ExportRun {
  readonly #exporter: Exporter;
  readonly #ports: ExportPorts;
  readonly #options: ExportOptions;
  readonly #filter: ExportFilter;
  readonly #clock: ReplayClock | undefined;
  readonly #totals = new Totals();
  readonly #began = performance.now();
  readonly #counts: Counts = noLines();
  readonly #stop = new AbortController();
  #datagrams = 0;
  #exported = NOTHING_EXPORTED;
  #fallback: string | undefined;

  constructor(exporter: Exporter, ports: ExportPorts, options: ExportOptions) {
    this.#exporter = exporter;
    this.#ports = ports;
    this.#options = options;
    this.#filter = new ExportFilter(options.legs, options.leftOut);
    this.#clock = options.clock;
    exporter.totals = this.#totals;
  }

  /** Whether `stop` was called, or the deadline has passed. */
  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** The totals so far. The lines of an input are counted at its end. */
  get summary(): ExportSummary {
    const { records, bytes, packets, notExportable } = this.#totals;
    const { otherLeg, ownTraffic, newestEnd } = this.#filter;
    return {
      ...lineCounts(this.#counts),
      otherLeg,
      ownTraffic,
      notExportable,
      encoded: {
        records,
        datagrams: this.#datagrams,
        bytes: bytes.toString(),
        packets: packets.toString(),
      },
      exported: this.#exported,
      newestEnd,
      fallback: this.#fallback,
      seconds: (performance.now() - this.#began) / 1000,
    };
  }

  /**
   * Exports one input. When reading fails, the flows read before are sent and counted, and the error is rethrown.
   * @throws Error when reading or a port fails, or a port has not ended by the deadline.
   */
  async read(name: string, source: FlowSource): Promise<void> {
    try {
      for await (const _ of source.read(this.#reader(name))) {
        await this.#sendDue();
        if (this.isStopped) return;
      }
    } finally {
      await this.#finish();
    }
  }

  /** Ends the export of the current input early. */
  stop(): void {
    this.#stop.abort();
  }

  #reader(name: string): SourceReader {
    const { format, onMalformed, countsOnly, sift } = this.#options;
    const add: OnFlow = (flow, current) => this.#add(flow, current);
    const onFlow: OnFlow = sift ? (flow, current) => sift(flow, current, add) : add;
    return {
      format,
      counts: this.#counts,
      isLineByLine: this.#clock?.hasRhythm,
      onFlow: countsOnly ? undefined : onFlow,
      onOther: (outcome, current) => {
        if (outcome === 'malformed') onMalformed?.(name, current.line);
      },
    };
  }

  #add(flow: FlowRecord, current: CurrentLine): void {
    if (!this.#filter.wants(flow)) return;
    const exporter = this.#exporter;
    if (this.#options.namesInterfaces) {
      exporter.nameInterface(flow.interfaceIndex, current.interfaceName);
    }
    this.#clock?.move(flow);
    // The flows before it are sent before the wait for it.
    if (this.#clock?.isAhead) exporter.close();
    exporter.add(flow);
  }

  async #finish(): Promise<void> {
    // The last line may lack its newline.
    if (this.#clock?.isAhead) await this.#sendDue();
    this.#exporter.close();
    await this.#send();
  }

  async #sendDue(): Promise<void> {
    const { batchPackets = 1 } = this.#options;
    if (this.#exporter.pendingPackets >= batchPackets || this.#clock?.isAhead) await this.#send();
    await this.#clock?.untilDue(this.#stop.signal);
  }

  /** Numbers and sends the packets that are finished. */
  async #send(): Promise<void> {
    if (this.#exporter.pendingPackets === 0) return;
    const { deadline = NEVER } = this.#options;
    const { reserve, transport } = this.#ports;
    const reserving = takeReserved(this.#exporter, reserve);
    const { packets, fallback } = await endingBy(deadline, reserving, 'the reservation of numbers');
    this.#fallback ??= fallback;
    this.#datagrams += packets.length;
    const sending = transport.send(packets, portDeadline(deadline));
    const { taken, isLate } = await endingBy(deadline, sending, 'sending');
    this.#exported = addExported(this.#exported, packets, taken);
    if (isLate) this.stop();
  }
}
