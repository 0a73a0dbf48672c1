import { join } from 'node:path';
import { countLines } from './archive.ts';
import type { BuiltInCollector } from './built-in-collector.ts';
import { ControlPlane } from './control-plane.ts';
import { DataPlane } from './data-plane.ts';
import { type DeliveryTotals, sumDeliveries } from './delivery-reports.ts';
import { type Deployment, deploy, type Parameters, STACK, STREAM_ARN } from './deployment.ts';
import { FakeAws } from './fake-aws.ts';
import { type Pace, StoryClock } from './story-clock.ts';
import type { Tell } from './story-events.ts';
import type { Traffic } from './traffic.ts';

/** A story to be played. */
export interface StorySettings {
  readonly traffic: Traffic;
  readonly parameters: Parameters;
  /** Bytes per minute. */
  readonly threshold: number;
  /** Seconds of the story in a second. */
  readonly speed: number;
  /** Where archive and mails are put; it exists. */
  readonly out: string;
  /** The built-in collector; none when the flows go elsewhere. */
  readonly collector?: BuiltInCollector | undefined;
  /** The minute from which on it is down. */
  readonly collectorDownFrom?: number | undefined;
  readonly tell: Tell;
  readonly signal?: AbortSignal;
}

/** What was CloudWatch's metric of one gateway: bytes per minute. */
export interface Metered {
  readonly gatewayId: string;
  /** Unix milliseconds of the minute's begin. */
  readonly at: number;
  readonly bytes: number;
  /** Whether a flow log captured some of it. */
  readonly recorded: boolean;
}

/** How a story ended. */
export interface StoryEnd {
  readonly delivered: number;
  readonly totals: DeliveryTotals;
  readonly archive: {
    readonly files: readonly string[];
    readonly lines: number;
    readonly failed: number;
  };
  readonly flowLogsLeft: number;
  readonly schedulesLeft: number;
  readonly recordings: number;
  readonly mails: number;
  /** When nothing was left to be done, Unix milliseconds. */
  readonly endedAt: number;
  readonly metered: readonly Metered[];
}

const MINUTE = 60_000;
/** A recording without RecordingTime and without OK would never end. */
const LONGEST_EPILOGUE = 60;
/** After the last flow log is gone its last window is delivered, transformed and stored. */
const LAST_WORDS = 3 * MINUTE + 10_000;

/** Plays a story from its first minute until nothing is left to be done. */
export async function playStory(settings: StorySettings): Promise<StoryEnd> {
  const { tell, traffic, collector } = settings;
  const clock = new StoryClock(traffic.start);
  collector?.watch({
    onFlows: (flows) => tell({ at: clock.now(), kind: 'flows', flows }),
    onTrouble: (message) => tell({ at: clock.now(), kind: 'trouble', message }),
  });
  const aws = await FakeAws.start(clock.now);
  try {
    const deployment = await deploy(settings.parameters, aws.endpoint, clock.now);
    try {
      return await new Story(settings, { clock, aws, deployment }).play();
    } finally {
      await deployment.close();
    }
  } finally {
    aws.stop();
  }
}

interface Stage {
  readonly clock: StoryClock;
  readonly aws: FakeAws;
  readonly deployment: Deployment;
}

class Story {
  readonly #settings: StorySettings;
  readonly #stage: Stage;
  readonly #data: DataPlane;
  readonly #control: ControlPlane;
  readonly #metered: Metered[] = [];
  #recordings = 0;

  constructor(settings: StorySettings, stage: Stage) {
    const { traffic, out, threshold } = settings;
    const { clock, aws, deployment } = stage;
    const tell: Tell = (event) => {
      if (event.kind === 'created') this.#recordings += 1;
      settings.tell(event);
    };
    this.#settings = settings;
    this.#stage = stage;
    this.#data = new DataPlane({
      ...{ clock, traffic, tell, ec2: aws.ec2, forwarder: deployment.forwarder },
      streamArn: STREAM_ARN,
      archive: join(out, 'archive'),
    });
    deployment.connect(this.#data.firehose);
    this.#control = new ControlPlane(
      {
        ...{ clock, aws, threshold, out, tell, stack: STACK },
        controller: (event) => deployment.controller.call(event),
        changes: () => this.#data.changes(),
      },
      traffic.gateways,
    );
  }

  async play(): Promise<StoryEnd> {
    const { traffic, signal } = this.#settings;
    const { clock, aws } = this.#stage;
    const pace: Pace = { speed: this.#settings.speed, settle: () => this.#settle(), signal };
    this.#control.startSweeps();
    this.#planMinute(0);
    await clock.play(traffic.start + traffic.minutes * MINUTE, pace);
    for (let minute = 0; aws.ec2.flowLogs.size > 0 && minute < LONGEST_EPILOGUE; minute++) {
      await clock.play(clock.now() + MINUTE, pace);
    }
    await clock.play(clock.now() + LAST_WORDS, pace);
    await this.#data.firehose.drain();
    return await this.#end();
  }

  #planMinute(index: number): void {
    const { traffic, collectorDownFrom } = this.#settings;
    const start = traffic.start + index * MINUTE;
    this.#stage.clock.at(start + MINUTE, async () => {
      for (const { id } of traffic.gateways) {
        const { bytes } = traffic.minute(id, index);
        const recorded = this.#data.delivery.captures(id, start);
        this.#metered.push({ gatewayId: id, at: start, bytes, recorded });
        this.#control.metered(id, bytes);
      }
      this.#data.minuteEnded(start);
      if (index === collectorDownFrom) await this.#takeCollectorDown();
      this.#planMinute(index + 1);
    });
  }

  async #takeCollectorDown(): Promise<void> {
    await this.#settings.collector?.goDown();
    this.#settings.tell({ at: this.#stage.clock.now(), kind: 'collector-down' });
  }

  async #settle(): Promise<void> {
    await this.#data.firehose.settle();
    await this.#settings.collector?.received(sumDeliveries(this.#data.reports).exported);
  }

  async #end(): Promise<StoryEnd> {
    const { aws, clock } = this.#stage;
    const { bucket, delivered, reports } = this.#data;
    const files = await bucket.files('flows');
    const failed = (await bucket.files('errors')).length;
    return {
      delivered,
      totals: sumDeliveries(reports),
      archive: { files, lines: await countLines(files), failed },
      flowLogsLeft: aws.ec2.flowLogs.size,
      schedulesLeft: aws.schedules.size,
      recordings: this.#recordings,
      mails: aws.mails.length,
      endedAt: clock.now(),
      metered: this.#metered,
    };
  }
}
