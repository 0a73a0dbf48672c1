import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import type { ForwarderSettings } from '../../shared/config.ts';
import type { FlowRecord } from '../../shared/flow/record.ts';
import { type Endpoint, Selection } from '../../shared/flow/selection.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import { Exporter } from '../../shared/netflow/exporter.ts';
import { type ExporterIdentity, takeReserved } from '../../shared/netflow/exporter-identity.ts';
import type { Packet } from '../../shared/netflow/packet.ts';
import { buildAnswer, type Piece, planAnswer } from './answer.ts';
import { Batches } from './batches.ts';
import { RecordDecoder } from './records.ts';
import { newReport, type Report } from './report.ts';

/** What the forwarder needs of the world; deadlines are times of `performance.now()`. */
export interface Ports {
  readonly reserve: ExporterIdentity['reserve'];
  /** Resolves with how many packets were handed to the network before the deadline. */
  readonly send: (packets: readonly Packet[], deadline: number) => Promise<number>;
  /** Puts lines into the stream again; resolves with those it has not taken. */
  readonly putAgain: (
    streamArn: string,
    pieces: readonly Piece[],
    deadline: number,
  ) => Promise<readonly Piece[]>;
  /** Where the collectors are now. */
  readonly collectors: (deadline: number) => Promise<readonly Endpoint[]>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What is exported, and how. */
type Options = Pick<
  ForwarderSettings,
  'collectors' | 'version' | 'legs' | 'format' | 'templateEvery'
>;

/** Firehose's answer and what there is to tell of it. */
interface Delivered {
  readonly answer: FirehoseTransformationResult;
  readonly report: Report;
}

/** The data path of an execution environment: deliveries in, answers and export packets out. */
export class Forwarder {
  readonly #options: Options;
  readonly #ports: Ports;
  readonly #decoder = new RecordDecoder();
  readonly #batches = new Batches();
  #exporter: Exporter;

  constructor(options: Options, ports: Ports) {
    this.#options = options;
    this.#ports = ports;
    this.#exporter = this.#newExporter();
  }

  /**
   * Answers one delivery and exports its flows. The answer is the same whatever becomes of the
   * export, which ends at the deadline.
   */
  async deliver(event: FirehoseTransformationEvent, deadline: number): Promise<Delivered> {
    const { records, deliveryStreamArn } = event;
    const report = newReport(records.length);
    const delivery = this.#decoder.decode(records);
    const plan = planAnswer(records, delivery);
    const before = this.#batches.find(records);
    const refused =
      before ?? (await this.#putAgain(deliveryStreamArn, plan.again, deadline, report));
    // The parser may tidy up the text it reads: the answer is made first.
    const answer = buildAnswer(records, delivery, plan, refused);
    report.undecodable = delivery.undecodable.size;
    report.isDuplicate = before !== undefined;
    this.#batches.remember(records, refused);
    if (before === undefined) await this.#export(plan.text, deadline, report);
    return { answer, report };
  }

  async #putAgain(streamArn: string, pieces: readonly Piece[], deadline: number, report: Report) {
    if (pieces.length === 0) return [];
    const refused = await this.#ports.putAgain(streamArn, pieces, deadline).catch((failure) => {
      report.failure = failure;
      return pieces;
    });
    report.again = pieces.length - refused.length;
    report.refused = refused.length;
    return refused;
  }

  async #export(text: Buffer, deadline: number, report: Report): Promise<void> {
    const { reserve, send, now } = this.#ports;
    try {
      const newestEnd = await this.#encode(text, deadline, report);
      const reserved = await takeReserved(this.#exporter, this.#options.version, reserve);
      const { packets } = reserved;
      report.fallback = reserved.fallback;
      report.datagrams = await send(packets, deadline);
      report.exported = recordsIn(packets.slice(0, report.datagrams));
      report.unsent = recordsIn(packets.slice(report.datagrams));
      if (report.exported > 0 && newestEnd > 0) report.lagSeconds = now() / 1000 - newestEnd;
    } catch (failure) {
      report.failure = failure;
      this.#exporter = this.#newExporter();
    }
  }

  /** Reads the lines into the exporter; without collectors they are only counted. */
  async #encode(text: Buffer, deadline: number, report: Report): Promise<number> {
    const { collectors, legs, format } = this.#options;
    const exporter = this.#exporter;
    const { notExportable } = exporter;
    const bytes = exporter.bytes.toBigInt();
    const selection = new Selection(legs, await this.#ports.collectors(deadline));
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
    report.bytes = Number(exporter.bytes.toBigInt() - bytes);
    return selection.newestEnd;
  }

  #newExporter(): Exporter {
    const { version, templateEvery } = this.#options;
    return new Exporter({
      version,
      domain: 0,
      templateEveryPackets: templateEvery,
      now: this.#ports.now,
    });
  }
}

function recordsIn(packets: readonly Packet[]): number {
  return packets.reduce((sum, { records }) => sum + records, 0);
}
