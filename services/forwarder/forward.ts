import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import { endingBy, portDeadline } from '../../shared/deadline.ts';
import { ExportRun, findCollectors } from '../../shared/export/export-run.ts';
import { NO_EXPORT } from '../../shared/export/summary.ts';
import type { Transport } from '../../shared/export/transport.ts';
import { LineParser } from '../../shared/flowlog/line-parser.ts';
import { addCounts, type FlowSource } from '../../shared/flowlog/source.ts';
import type { NewEncoder } from '../../shared/netflow/encoder.ts';
import { Exporter } from '../../shared/netflow/exporter.ts';
import type { ExporterIdentity } from '../../shared/netflow/exporter-identity.ts';
import type { ForwarderSettings } from '../../shared/settings/export.ts';
import { buildAnswer, failRefused, type Piece, planAnswer } from './answer.ts';
import { Batches, batchOf } from './batches.ts';
import { RecordDecoder } from './records.ts';
import { newReport, type Report } from './report.ts';

/** The forwarder's ports. Deadlines are times of `performance.now()`. */
export interface Ports {
  readonly reserve: ExporterIdentity['reserve'];
  readonly transport: Pick<Transport, 'refresh' | 'targets' | 'send'>;
  readonly newEncoder: NewEncoder;
  /** Re-ingests lines. Resolves by the deadline, with the pieces that the stream has not taken. */
  readonly reingest: (
    streamArn: string,
    pieces: readonly Piece[],
    deadline: number,
  ) => Promise<readonly Piece[]>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The timeout of re-ingestion. A stream that takes longer is taken to be unreachable. */
const REINGEST_MS = 20_000;

/** What is exported, in which version, and to which collectors. */
type Options = Pick<
  ForwarderSettings,
  'collectors' | 'version' | 'legs' | 'format' | 'session' | 'optionsParts'
>;

/** The answer to Firehose, and the report of the delivery. */
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
   * Answers one delivery and exports its flows. Resolves by the deadline even when a port hangs or fails. The answer
   * does not depend on the collectors.
   */
  async deliver(event: FirehoseTransformationEvent, deadline: number): Promise<Delivered> {
    const { records, deliveryStreamArn } = event;
    const report = newReport(records.length);
    const delivery = this.#decoder.decode(records);
    const plan = planAnswer(records, delivery);
    // Before the export: the parser may rewrite the text that it reads.
    const answer = buildAnswer(records, delivery, plan);
    const batch = batchOf(records);
    const before = this.#batches.find(batch);
    report.undecodable = delivery.undecodable.size;
    report.isDuplicate = before !== undefined;
    // At the same time, so that a slow stream does not delay the export, nor slow collectors the re-ingestion.
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

  /** Resolves with the pieces that may not have reached the stream. */
  async #reingest(streamArn: string, pieces: readonly Piece[], deadline: number, report: Report) {
    if (pieces.length === 0) return [];
    const end = Math.min(deadline, performance.now() + REINGEST_MS);
    let refused = pieces;
    try {
      const putting = this.#ports.reingest(streamArn, pieces, portDeadline(end));
      refused = await endingBy(end, putting, 're-ingestion');
    } catch (failure) {
      report.failure = failure;
      // The port may still be running and reading the old decoder's memory.
      this.#decoder = new RecordDecoder();
    }
    report.reingested = pieces.length - refused.length;
    report.refused = refused.length;
    return refused;
  }

  async #export(text: Buffer, deadline: number, report: Report): Promise<void> {
    const { transport, now } = this.#ports;
    const { collectors, legs, format, optionsParts } = this.#options;
    let run: ExportRun | undefined;
    try {
      await findCollectors(transport, deadline);
      run = new ExportRun(this.#exporter, this.#ports, {
        legs,
        format,
        leftOut: transport.targets,
        countsOnly: collectors.length === 0,
        namesInterfaces: optionsParts === 'all',
        // One reservation for the whole delivery, because each is a round trip.
        batchPackets: Number.POSITIVE_INFINITY,
        deadline,
      });
      // A collector drops data without templates, and may have missed those of an earlier delivery.
      this.#exporter.repeatTemplates();
      await run.read('delivery', wholeText(text));
    } catch (failure) {
      report.failure = failure;
      // The transport may still be running and reading the old exporter's packets.
      this.#exporter = this.#newExporter();
    }
    report.summary = run?.summary ?? NO_EXPORT;
    const { encoded, exported, newestEnd } = report.summary;
    report.unsent = encoded.records * collectors.length - exported.records;
    if (exported.records > 0 && newestEnd > 0) report.lagSeconds = now() / 1000 - newestEnd;
  }

  #newExporter(): Exporter {
    const { version, session } = this.#options;
    const { now, newEncoder } = this.#ports;
    return new Exporter({ version, newEncoder, domain: 0, now, ...session });
  }
}

/** Plain lines in memory as a source that is read in one step. It has no text fields, because an export uses none. */
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
