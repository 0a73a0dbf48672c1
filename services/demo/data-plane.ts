import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { type DeliveryReport, readDeliveryReport } from '../../shared/contract/delivery-report.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import { FlowLogParser } from '../../shared/flowlog/parser.ts';
import type { Counts } from '../../shared/flowlog/source.ts';
import type { FakeEc2 } from '../local-aws/fake-ec2.ts';
import { LocalFirehose } from '../local-aws/firehose/stream.ts';
import { FolderBucket } from '../local-aws/folder-bucket.ts';
import type { LambdaFunction } from '../local-aws/lambda/function.ts';
import { type Capture, type FlowLogChanges, FlowLogDelivery } from './flow-log-delivery.ts';
import type { ArchiveTotals } from './outcome.ts';
import type { StoryClock } from './story-clock.ts';
import type { OnEvent } from './story-events.ts';
import type { Traffic } from './traffic.ts';

/** What the data plane is made of. */
export interface DataPlaneParts {
  readonly ec2: FakeEc2;
  readonly clock: StoryClock;
  readonly traffic: Traffic;
  /** The format of the traffic's lines. */
  readonly format: Format;
  readonly streamArn: string;
  readonly forwarder: LambdaFunction;
  /** The folder that is the archive's bucket. */
  readonly archive: string;
  readonly onEvent: OnEvent;
}

/** From the end of an aggregation window until AWS puts its lines into the stream. */
const LOG_DELIVERY_MS = 60_000;
const PUT_RECORDS = 500;
const NEWLINE = 10;
/** The settings of the stream in the template. */
const STREAM = {
  processor: { bytes: 3 * 1024 * 1024, ms: 5_000 },
  destination: { bytes: 64 * 1024 * 1024, ms: 60_000 },
  prefix: 'flows/!{timestamp:yyyy/MM/dd/HH}/',
  errorPrefix: 'errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/',
};

/** Flow logs, the stream with the forwarder, and the archive. */
export class DataPlane {
  readonly bucket: FolderBucket;
  readonly firehose: LocalFirehose;
  /** What the forwarder has published, one report for each delivery. */
  readonly reports: DeliveryReport[] = [];
  readonly #flowLogs = new FlowLogDelivery();
  readonly #parts: DataPlaneParts;
  /** Counts the lines that are put into the stream. */
  readonly #delivered: FlowLogParser;

  constructor(parts: DataPlaneParts) {
    const { clock, format, forwarder, streamArn, archive, onEvent } = parts;
    this.#parts = parts;
    this.#delivered = new FlowLogParser({ format });
    this.bucket = new FolderBucket(archive);
    this.firehose = new LocalFirehose({
      ...STREAM,
      streamArn,
      clock,
      transform: (event) => forwarder.call(event),
      put: async (key, bytes) => {
        await this.bucket.put(key, bytes);
        const file = this.bucket.file(key);
        onEvent({ at: clock.now(), kind: 'archived', file, bytes: bytes.length });
      },
    });
  }

  /** The flow logs that were created or deleted since the last call. */
  changes(): FlowLogChanges {
    return this.#flowLogs.update(this.#parts.ec2.flowLogs, this.#parts.clock.now());
  }

  /** All flow logs that there ever were. */
  get captures(): readonly Capture[] {
    return this.#flowLogs.captures;
  }

  /** Called when the minute that began then (Unix ms) is over; its lines are delivered later. */
  minuteEnded(start: number): void {
    const { clock, ec2, traffic } = this.#parts;
    clock.after(LOG_DELIVERY_MS, () => {
      for (const { flowLogId, lines } of this.#flowLogs.linesOf(traffic, start)) {
        this.#deliver(lines);
        ec2.deliveries.set(flowLogId, { status: 'SUCCESS' });
      }
    });
  }

  /** The lines that were put into the stream, by kind. */
  get delivered(): Counts {
    return this.#delivered.counts;
  }

  /** Reads what the forwarder has published since the last call. @throws ShapeError when it breaks the contract. */
  collectReports(): void {
    const { forwarder, clock, onEvent } = this.#parts;
    for (const { values } of forwarder.metrics.slice(this.reports.length)) {
      const report = readDeliveryReport(values);
      const number = this.reports.push(report);
      onEvent({ at: clock.now(), kind: 'delivery', number, report });
    }
  }

  /** Counts what the archive holds. */
  async archived(): Promise<ArchiveTotals> {
    const files = await this.bucket.files('flows');
    const failed = (await this.bucket.files('errors')).length;
    return { files, lines: await countLines(files), failed };
  }

  #deliver(lines: readonly string[]): void {
    for (const line of lines) this.#delivered.write(Buffer.from(`${line}\n`));
    for (let first = 0; first < lines.length; first += PUT_RECORDS) {
      this.firehose.putRecordBatch(
        lines
          .slice(first, first + PUT_RECORDS)
          .map((message) => ({ Data: Buffer.from(`${JSON.stringify({ message })}\n`) })),
      );
    }
  }
}

/** The number of lines in gzip files. */
async function countLines(files: readonly string[]): Promise<number> {
  let lines = 0;
  for (const file of files) {
    for await (const piece of createReadStream(file).pipe(createGunzip())) {
      for (const byte of piece as Uint8Array) if (byte === NEWLINE) lines++;
    }
  }
  return lines;
}
