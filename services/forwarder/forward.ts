import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import type { ForwarderSettings } from '../../shared/config.ts';
import { inTime } from '../../shared/deadline.ts';
import type { FlowRecord } from '../../shared/flow/record.ts';
import { type Endpoint, Selection } from '../../shared/flow/selection.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import { addExported, NOTHING_EXPORTED } from '../../shared/netflow/exported.ts';
import { Exporter } from '../../shared/netflow/exporter.ts';
import { type ExporterIdentity, takeReserved } from '../../shared/netflow/exporter-identity.ts';
import type { Packet } from '../../shared/netflow/packet.ts';
import { buildAnswer, failRefused, type Piece, planAnswer } from './answer.ts';
import { Batches, batchOf } from './batches.ts';
import { RecordDecoder } from './records.ts';
import { newReport, type Report } from './report.ts';

/** What the forwarder needs of the world; deadlines are times of `performance.now()`. */
export interface Ports {
  readonly reserve: ExporterIdentity['reserve'];
  /** Resolves at the deadline at the latest with how many sockets took each packet; later ones are missing. */
  readonly send: (
    packets: readonly Packet[],
    deadline: number,
  ) => Promise<{ readonly taken: readonly number[] }>;
  /** Puts lines into the stream again; resolves at the deadline at the latest with those it has not taken. */
  readonly reingest: (
    streamArn: string,
    pieces: readonly Piece[],
    deadline: number,
  ) => Promise<readonly Piece[]>;
  /** Resolves when it is known where the collectors are, or will not be in time. */
  readonly resolve: (deadline: number) => Promise<void>;
  /** Where the collectors are, as far as that is known. */
  readonly collectors: () => readonly Endpoint[];
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What the ports have to end before the deadline, so that what they did is known by then. */
const PORT_SLACK_MS = 250;
/** A stream that has not taken the lines by then has no way in: the answer need not wait longer. */
const REINGEST_MS = 20_000;

/** What is exported, and how. */
type Options = Pick<ForwarderSettings, 'collectors' | 'version' | 'legs' | 'format' | 'session'>;

/** Firehose's answer and a report of what became of the delivery. */
interface Delivered {
  readonly answer: FirehoseTransformationResult;
  readonly report: Report;
}

/** The data path of an execution environment: deliveries in, answers and export packets out. */
export class Forwarder {
  readonly #options: Options;
  readonly #ports: Ports;
  readonly #batches = new Batches();
  #decoder = new RecordDecoder();
  #exporter: Exporter;

  constructor(options: Options, ports: Ports) {
    this.#options = options;
    this.#ports = ports;
    this.#exporter = this.#newExporter();
  }

  /**
   * Answers one delivery and exports its flows, whatever the ports do, by the deadline. The answer does
   * not depend on the collectors.
   */
  async deliver(event: FirehoseTransformationEvent, deadline: number): Promise<Delivered> {
    const { records, deliveryStreamArn } = event;
    const report = newReport(records.length);
    const delivery = this.#decoder.decode(records);
    const plan = planAnswer(records, delivery);
    // The parser may rewrite the text that it reads: the answer is made first.
    const answer = buildAnswer(records, delivery, plan);
    const batch = batchOf(records);
    const before = this.#batches.find(batch);
    report.undecodable = delivery.undecodable.size;
    report.isDuplicate = before !== undefined;
    // Both at once: neither the stream nor the collectors take time from the other.
    const [refused] = before
      ? [before]
      : await Promise.all([
          this.#reingest(deliveryStreamArn, plan.reingested, deadline, report),
          this.#export(plan.text, deadline, report),
        ]);
    this.#batches.remember(batch, refused);
    return { answer: failRefused(answer, delivery, refused), report };
  }

  /** Resolves with the pieces that have to be taken for not in the stream. */
  async #reingest(streamArn: string, pieces: readonly Piece[], deadline: number, report: Report) {
    if (pieces.length === 0) return [];
    const end = Math.min(deadline, performance.now() + REINGEST_MS);
    let refused = pieces;
    try {
      const putting = this.#ports.reingest(streamArn, pieces, portDeadline(end));
      refused = await endingBy(end, putting, 're-ingestion');
    } catch (failure) {
      report.failure = failure;
      // What goes on regardless may still read the text.
      this.#decoder = new RecordDecoder();
    }
    report.reingested = pieces.length - refused.length;
    report.refused = refused.length;
    return refused;
  }

  async #export(text: Buffer, deadline: number, report: Report): Promise<void> {
    const { reserve, send, resolve, now } = this.#ports;
    const { version } = this.#options;
    try {
      const half = (deadline - performance.now()) / 2;
      await inTime(resolve(deadline), half);
      const newestEnd = this.#encode(text, report);
      const reserving = takeReserved(this.#exporter, version, reserve);
      const { packets, fallback } = await endingBy(
        deadline,
        reserving,
        'the reservation of numbers',
      );
      report.fallback = fallback;
      const sending = send(packets, portDeadline(deadline));
      const { taken } = await endingBy(deadline, sending, 'sending');
      const { datagrams, records, bytes } = addExported(NOTHING_EXPORTED, packets, taken);
      Object.assign(report, { datagrams, bytes, exported: records });
      report.unsent -= records;
      if (records > 0 && newestEnd > 0) report.lagSeconds = now() / 1000 - newestEnd;
    } catch (failure) {
      report.failure = failure;
      // What goes on regardless may still use the packets.
      this.#exporter = this.#newExporter();
    }
  }

  /** Reads the lines into the exporter; without collectors they are only counted. */
  #encode(text: Buffer, report: Report): number {
    const { collectors, legs, format } = this.#options;
    const exporter = this.#exporter;
    const { notExportable, records } = exporter;
    const selection = new Selection(legs, this.#ports.collectors());
    const onFlow = (flow: FlowRecord) => {
      if (selection.wants(flow)) exporter.add(flow);
    };
    const parser = new FlowLogParser({ format, ...(collectors.length > 0 && { onFlow }) });
    // What comes before its templates is lost, and those of an earlier delivery may have been.
    exporter.repeatTemplates();
    parser.write(text);
    parser.end();
    const { flow: flows, ...others } = parser.counts;
    Object.assign(report, { flows, ...others });
    report.lines = Object.values(parser.counts).reduce((sum, count) => sum + count, 0);
    report.otherLeg = selection.otherLeg;
    report.ownTraffic = selection.ownTraffic;
    report.notExportable = exporter.notExportable - notExportable;
    report.unsent = (exporter.records - records) * collectors.length;
    return selection.newestEnd;
  }

  #newExporter(): Exporter {
    const { version, session } = this.#options;
    return new Exporter({ version, domain: 0, now: this.#ports.now, ...session });
  }
}

function portDeadline(deadline: number): number {
  return deadline - Math.min(PORT_SLACK_MS, (deadline - performance.now()) / 10);
}

/** @throws Error when the work has not ended by the deadline, or with its own reason. */
async function endingBy<T>(deadline: number, work: Promise<T>, name: string): Promise<T> {
  const result = await inTime(work, deadline - performance.now());
  if (result === undefined) throw new Error(`${name} did not end in time`);
  return result;
}
