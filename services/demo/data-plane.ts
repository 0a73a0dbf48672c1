import { type DeliveryReport, readDeliveryReport } from '../../shared/contract/delivery-report.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import { type Counts, FlowLogParser } from '../../shared/flowlog/parser.ts';
import type { FakeEc2 } from '../local-aws/fake-ec2.ts';
import { LocalFirehose } from '../local-aws/firehose/stream.ts';
import { FolderBucket } from '../local-aws/folder-bucket.ts';
import type { LambdaFunction } from '../local-aws/lambda/function.ts';
import { type FlowLogChanges, FlowLogDelivery } from './flow-log-delivery.ts';
import type { StoryClock } from './story-clock.ts';
import type { Tell } from './story-events.ts';
import type { Traffic } from './traffic.ts';

/** What the data plane is made of. */
export interface DataPlaneParts {
  readonly ec2: FakeEc2;
  readonly clock: StoryClock;
  readonly traffic: Traffic;
  /** Of the traffic's lines. */
  readonly format: Format;
  readonly streamArn: string;
  readonly forwarder: LambdaFunction;
  /** The folder that is the archive's bucket. */
  readonly archive: string;
  readonly tell: Tell;
}

/** AWS hands a window's lines to Firehose about a minute after its end. */
const DELIVERY_MS = 60_000;
const PUT_RECORDS = 500;
/** The stream as in the template. */
const STREAM = {
  processor: { bytes: 1024 * 1024, ms: 5_000 },
  destination: { bytes: 64 * 1024 * 1024, ms: 60_000 },
  prefix: 'flows/!{timestamp:yyyy/MM/dd/HH}/',
  errorPrefix: 'errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/',
};

/** Flow logs, Firehose, the forwarder and the archive behind it. */
export class DataPlane {
  readonly bucket: FolderBucket;
  readonly firehose: LocalFirehose;
  readonly delivery = new FlowLogDelivery();
  /** What the forwarder has published, one report for each delivery. */
  readonly reports: DeliveryReport[] = [];
  readonly #parts: DataPlaneParts;
  /** Counts the lines that are put into the stream. */
  readonly #delivered: FlowLogParser;

  constructor(parts: DataPlaneParts) {
    const { clock, format, forwarder, streamArn, archive, tell } = parts;
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
        tell({ at: clock.now(), kind: 'archived', file, bytes: bytes.length });
      },
    });
  }

  changes(): FlowLogChanges {
    return this.delivery.look(this.#parts.ec2.flowLogs, this.#parts.clock.now());
  }

  /** A minute (from then, Unix ms) is over: what the flow logs captured is under way. */
  minuteEnded(start: number): void {
    const { clock, traffic } = this.#parts;
    clock.after(DELIVERY_MS, () => this.#deliver(this.delivery.linesOf(traffic, start)));
  }

  /** The lines that were put into the stream, by kind. */
  get delivered(): Counts {
    return this.#delivered.counts;
  }

  /** Reads what the forwarder has published since the last call. @throws ShapeError when it breaks the contract. */
  collectReports(): void {
    const { forwarder, clock, tell } = this.#parts;
    for (const { values } of forwarder.metrics.slice(this.reports.length)) {
      const report = readDeliveryReport(values);
      const number = this.reports.push(report);
      tell({ at: clock.now(), kind: 'delivery', number, report });
    }
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
