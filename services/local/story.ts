import { join } from 'node:path';
import { writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import { countLines } from './archive.ts';
import type { BuiltInCollector } from './built-in-collector.ts';
import { ControlPlane } from './control-plane.ts';
import { DataPlane } from './data-plane.ts';
import { type DeliveryTotals, sumDeliveries } from './delivery-reports.ts';
import {
  ARCHIVE,
  type Deployment,
  deploy,
  type Parameters,
  STACK,
  STREAM_ARN,
} from './deployment.ts';
import { describeNetwork } from './descriptions.ts';
import { FakeAws } from './fake-aws.ts';
import { type Pace, StoryClock } from './story-clock.ts';
import type { Tell } from './story-events.ts';
import { type StoryReport, StoryReports } from './story-reports.ts';
import type { Traffic } from './traffic.ts';

/** A story to be played. */
export interface StorySettings {
  readonly traffic: Traffic;
  readonly parameters: Parameters;
  /** Bytes per minute. */
  readonly threshold: number;
  /** Seconds of the story in a second. */
  readonly speed: number;
  /** Where archive, mails, reports and logs are put; it exists. */
  readonly out: string;
  /** The built-in collector; none when the flows go elsewhere. */
  readonly collector?: BuiltInCollector | undefined;
  /** The minute from which on it is down. */
  readonly collectorDownFrom?: number | undefined;
  readonly tell: Tell;
  readonly signal?: AbortSignal;
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
  /** What the reporter made, in the order of time. */
  readonly reports: readonly StoryReport[];
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
    const [played] = await Promise.allSettled([
      new Story(settings, { clock, aws, deployment }).play(),
    ]);
    await deployment.close();
    const [logged] = await Promise.allSettled([writeLogs(deployment, settings.out)]);
    if (played.status === 'rejected') throw played.reason;
    if (logged.status === 'rejected') throw logged.reason;
    return played.value;
  } finally {
    aws.stop();
  }
}

/** What the functions wrote: most wanted when one of them has failed. */
async function writeLogs(deployment: Deployment, out: string): Promise<void> {
  for (const name of ['controller', 'forwarder', 'reporter'] as const) {
    const lines = deployment[name].logs.map((line) => `${line}\n`);
    await writeWholeFile(join(out, `${name}.log`), lines.join(''));
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
  readonly #reports: StoryReports;
  #recordings = 0;
  #hasTraffic = true;

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
    this.#reports = new StoryReports(this.#data.bucket, out);
    aws.buckets.set(ARCHIVE, this.#data.bucket);
    aws.ec2.network = describeNetwork(traffic.gateways);
    this.#control = new ControlPlane(
      {
        ...{ clock, aws, threshold, out, tell, stack: STACK },
        controller: (event) => deployment.controller.call(event),
        reporter: async (request) => {
          await deployment.reporter.call(request).catch((error) => {
            throw this.#data.bucket.failure ?? error;
          });
          return await this.#reports.take(request.recording.id);
        },
        mailText: (body) => this.#reports.withPaths(body),
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
    await this.#awaitReports({ ...pace, speed: Number.POSITIVE_INFINITY });
    return await this.#end();
  }

  /** All that is left are reports that are due some minutes after their recordings: nobody waits for that. */
  async #awaitReports(pace: Pace): Promise<void> {
    const { clock } = this.#stage;
    this.#hasTraffic = false;
    while (!pace.signal?.aborted) {
      const until = this.#control.nextTimer();
      if (until === undefined) return;
      this.#settings.tell({ at: clock.now(), kind: 'skipped', until });
      await clock.play(until, pace);
    }
  }

  #planMinute(index: number): void {
    const { traffic, collectorDownFrom } = this.#settings;
    const start = traffic.start + index * MINUTE;
    this.#stage.clock.at(start + MINUTE, async () => {
      if (!this.#hasTraffic) return;
      for (const { id: gatewayId } of traffic.gateways) {
        const { metered } = traffic.minute(gatewayId, index);
        this.#control.metered({ gatewayId, at: start, ...metered });
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
      reports: this.#reports.made,
    };
  }
}
