import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import type { ForwarderSettings } from '../../shared/config.ts';
import { endingBy, portDeadline } from '../../shared/deadline.ts';
import { ExportRun, findCollectors } from '../../shared/export/export-run.ts';
import { NO_EXPORT } from '../../shared/export/summary.ts';
import type { Transport } from '../../shared/export/transport.ts';
import { LineParser } from '../../shared/flowlog/line-parser.ts';
import { addCounts, type FlowSource } from '../../shared/flowlog/source.ts';
import { Exporter } from '../../shared/netflow/exporter.ts';
import type { ExporterIdentity } from '../../shared/netflow/exporter-identity.ts';
import { buildAnswer, failRefused, type Piece, planAnswer } from './answer.ts';
import { Batches, batchOf } from './batches.ts';
import { RecordDecoder } from './records.ts';
import { newReport, type Report } from './report.ts';

/** What the forwarder needs of the world; deadlines are times of `performance.now()`. */
export interface Ports {
  readonly reserve: ExporterIdentity['reserve'];
  readonly transport: Pick<Transport, 'refresh' | 'targets' | 'send'>;
  /** Puts lines into the stream again; resolves at the deadline at the latest with those it has not taken. */
  readonly reingest: (
    streamArn: string,
    pieces: readonly Piece[],
    deadline: number,
  ) => Promise<readonly Piece[]>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

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
    // Deliveries without records are not one delivery: `natflow doctor` makes them to see the way to collectors.
    if (records.length > 0) this.#batches.remember(batch, refused);
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
    const { transport, now } = this.#ports;
    const { collectors, legs, format } = this.#options;
    let run: ExportRun | undefined;
    try {
      await findCollectors(transport, deadline);
      run = new ExportRun(this.#exporter, this.#ports, {
        legs,
        format,
        leftOut: transport.targets,
        countsOnly: collectors.length === 0,
        // One round trip for all numbers of a delivery.
        batchPackets: Number.POSITIVE_INFINITY,
        deadline,
      });
      // What comes before its templates is lost, and those of an earlier delivery may have been.
      this.#exporter.repeatTemplates();
      await run.read('delivery', wholeText(text));
    } catch (failure) {
      report.failure = failure;
      // What goes on regardless may still use the packets.
      this.#exporter = this.#newExporter();
    }
    report.summary = run?.summary ?? NO_EXPORT;
    const { encoded, exported, newestEnd } = report.summary;
    report.unsent = encoded.records * collectors.length - exported.records;
    if (exported.records > 0 && newestEnd > 0) report.lagSeconds = now() / 1000 - newestEnd;
  }

  #newExporter(): Exporter {
    const { version, session } = this.#options;
    return new Exporter({ version, domain: 0, now: this.#ports.now, ...session });
  }
}

/** Plain lines in memory as a source that is read in one step. It has no text fields: an export asks for none. */
function wholeText(text: Uint8Array): FlowSource {
  return {
    async *read({ counts, ...reader }) {
      const parser = new LineParser(reader);
      parser.write(text);
      parser.end();
      if (counts) addCounts(counts, parser.counts);
      yield text.length;
    },
  };
}
