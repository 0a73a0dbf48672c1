import type { FirehoseTransformationEvent } from 'aws-lambda';
import type { FakeEc2 } from '../local-aws/fake-ec2.ts';
import { LocalFirehose } from '../local-aws/firehose/stream.ts';
import { FolderBucket } from '../local-aws/folder-bucket.ts';
import type { LambdaFunction } from '../local-aws/lambda/function.ts';
import { type DeliveryReport, readDelivery } from './delivery-reports.ts';
import { type FlowLogChanges, FlowLogDelivery } from './flow-log-delivery.ts';
import type { StoryClock } from './story-clock.ts';
import type { Tell } from './story-events.ts';
import type { Traffic } from './traffic.ts';

/** What the data plane is made of. */
export interface DataPlaneParts {
  readonly ec2: FakeEc2;
  readonly clock: StoryClock;
  readonly traffic: Traffic;
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
  readonly reports: DeliveryReport[] = [];
  /** Flow log records put into the stream. */
  delivered = 0;
  readonly #parts: DataPlaneParts;
  #linesRead = 0;

  constructor(parts: DataPlaneParts) {
    const { clock, streamArn, archive, tell } = parts;
    this.#parts = parts;
    this.bucket = new FolderBucket(archive);
    this.firehose = new LocalFirehose({
      ...STREAM,
      streamArn,
      clock,
      transform: (event) => this.#transform(event),
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

  #deliver(lines: readonly string[]): void {
    this.delivered += lines.length;
    for (let first = 0; first < lines.length; first += PUT_RECORDS) {
      this.firehose.putRecordBatch(
        lines
          .slice(first, first + PUT_RECORDS)
          .map((message) => ({ Data: Buffer.from(`${JSON.stringify({ message })}\n`) })),
      );
    }
  }

  async #transform(event: FirehoseTransformationEvent): Promise<unknown> {
    const { forwarder, clock, tell } = this.#parts;
    const answer = await forwarder.call(event);
    const lines = forwarder.logs.slice(this.#linesRead);
    this.#linesRead += lines.length;
    for (const report of lines.map(readDelivery).filter((each) => each !== undefined)) {
      const number = this.reports.push(report);
      tell({ at: clock.now(), kind: 'delivery', number, report });
    }
    return answer;
  }
}
