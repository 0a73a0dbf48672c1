import type { Format } from '../../shared/flowlog/format.ts';
import type { FakeEc2 } from '../local-aws/fake-ec2.ts';
import { FolderBucket } from '../local-aws/folder-bucket.ts';
import type { LambdaFunction } from '../local-aws/lambda/function.ts';
import { type Capture, type FlowLogChanges, FlowLogDelivery } from './flow-log-delivery.ts';
import type { StoryClock } from './story-clock.ts';
import type { OnEvent } from './story-events.ts';
import { LOG_DELIVERY_MS, StoryStream } from './story-stream.ts';
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

/** The flow logs of recordings, their stream with the forwarder, and the archive. */
export class DataPlane {
  readonly bucket: FolderBucket;
  readonly stream: StoryStream;
  readonly #flowLogs = new FlowLogDelivery();
  readonly #parts: DataPlaneParts;

  constructor(parts: DataPlaneParts) {
    this.#parts = parts;
    this.bucket = new FolderBucket(parts.archive, parts.clock.now);
    const folders = { folder: 'flows', errorFolder: 'errors' };
    this.stream = new StoryStream({ ...parts, ...folders, bucket: this.bucket });
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
        this.stream.deliver(lines);
        ec2.deliveries.set(flowLogId, { status: 'SUCCESS' });
      }
    });
  }
}
