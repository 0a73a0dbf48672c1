import { join } from 'node:path';
import type { ContinuousSource } from '../../shared/continuous/sources.ts';
import { writeWholeFile } from '../../shared/disk/write-whole-file.ts';
import { parseFormat, RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { printable } from '../../shared/text/printable.ts';
import { FakeAws } from '../local-aws/fake-aws.ts';
import type { BuiltInCollector } from './built-in-collector.ts';
import { type Alarm, capturedShares } from './captured-share.ts';
import { continuousMinute } from './continuous-traffic.ts';
import { ControlPlane } from './control-plane.ts';
import { DataPlane } from './data-plane.ts';
import {
  ARCHIVE,
  CONTINUOUS_STREAM_ARN,
  type Deployment,
  deploy,
  STACK,
  STREAM_ARN,
} from './deployment.ts';
import { describeNetwork } from './descriptions.ts';
import { putNames } from './name-files.ts';
import { type StoryEnd, total } from './outcome.ts';
import type { Parameters } from './parameters.ts';
import { type Pace, StoryClock } from './story-clock.ts';
import type { OnEvent } from './story-events.ts';
import { StoryReports } from './story-reports.ts';
import { LOG_DELIVERY_MS, StoryStream } from './story-stream.ts';
import type { Traffic } from './traffic.ts';

/** A story to be played. */
export interface StorySettings {
  readonly traffic: Traffic;
  readonly parameters: Parameters;
  /** What is exported all the time, and the seed of its lines. */
  readonly continuous?: readonly ContinuousSource[] | undefined;
  readonly seed: number;
  /** Bytes per minute. */
  readonly threshold: number;
  /** From the creation of a flow log until it begins, in seconds. */
  readonly flowLogDelay: number;
  /** Seconds of the story per second of real time. */
  readonly speed: number;
  /** An existing folder for archive, mails, reports and logs. */
  readonly out: string;
  /** The built-in collector; undefined when the flows go elsewhere. */
  readonly collector?: BuiltInCollector | undefined;
  /** The collector refuses datagrams from the end of this minute on. */
  readonly collectorDownFrom?: number | undefined;
  readonly onEvent: OnEvent;
  readonly signal?: AbortSignal;
}

const MINUTE = 60_000;
/** A recording without RecordingTime whose alarm stays on does not end: the story waits no longer than this. */
const MAX_EXTRA_MINUTES = 60;
/** From the deletion of the last flow log until its last lines are delivered, transformed and stored. */
const DELIVERY_TAIL_MS = 3 * MINUTE + 10_000;

/** Plays a story from its first minute until nothing is left to be done. */
export async function playStory(settings: StorySettings): Promise<StoryEnd> {
  const { onEvent, traffic, collector } = settings;
  const clock = new StoryClock(traffic.start);
  collector?.watch({
    onFlows: (flows) => onEvent({ at: clock.now(), kind: 'flows', flows }),
    onTrouble: (message) => onEvent({ at: clock.now(), kind: 'trouble', message }),
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

/** Writes the functions' logs, also when the story has failed: they may say why. */
async function writeLogs(deployment: Deployment, out: string): Promise<void> {
  for (const name of ['controller', 'forwarder', 'reporter', 'continuous'] as const) {
    const lines = deployment[name].logs.map((line) => `${printable(line)}\n`);
    if (name === 'continuous' && lines.length === 0) continue;
    await writeWholeFile(join(out, `${name}.log`), lines.join(''));
  }
}

interface StoryParts {
  readonly clock: StoryClock;
  readonly aws: FakeAws;
  readonly deployment: Deployment;
}

class Story {
  readonly #settings: StorySettings;
  readonly #parts: StoryParts;
  readonly #data: DataPlane;
  readonly #continuous: StoryStream | undefined;
  readonly #control: ControlPlane;
  readonly #reports: StoryReports;
  /** When alarms were raised. */
  readonly #alarms: Alarm[] = [];
  #recordings = 0;
  #hasTraffic = true;

  constructor(settings: StorySettings, parts: StoryParts) {
    const { traffic, parameters, out, threshold } = settings;
    const { clock, aws, deployment } = parts;
    const { logFormat } = parameters;
    const onEvent: OnEvent = (event) => {
      if (event.kind === 'created') this.#recordings += 1;
      if (event.kind === 'metered' && event.changed && event.state === 'ALARM') {
        this.#alarms.push(event);
      }
      settings.onEvent(event);
    };
    this.#settings = settings;
    this.#parts = parts;
    this.#data = new DataPlane({
      ...{ clock, traffic, onEvent, ec2: aws.ec2, forwarder: deployment.forwarder },
      format: logFormat === undefined ? RECORDING_FORMAT : parseFormat(logFormat),
      streamArn: STREAM_ARN,
      archive: join(out, 'archive'),
    });
    deployment.connect(this.#data.stream.firehose);
    aws.deployment.incomingBytes = this.#data.stream.firehose.incomingBytes;
    if (settings.continuous !== undefined) {
      this.#continuous = new StoryStream({
        ...{ clock, onEvent, forwarder: deployment.continuous, bucket: this.#data.bucket },
        ...{ streamArn: CONTINUOUS_STREAM_ARN, folder: 'continuous' },
        ...{ errorFolder: 'errors/continuous', isContinuous: true },
      });
    }
    this.#reports = new StoryReports(this.#data.bucket, out);
    aws.buckets.set(ARCHIVE, this.#data.bucket);
    aws.ec2.network = describeNetwork(traffic.gateways);
    aws.ec2.beginsAfter = settings.flowLogDelay * 1000;
    this.#control = new ControlPlane(
      {
        ...{ clock, aws, threshold, out, onEvent, stack: STACK },
        controller: (event) => deployment.controller.call(event),
        reporter: async (command) => {
          await deployment.reporter.call(command).catch((error) => {
            throw this.#data.bucket.failure ?? error;
          });
          return await this.#reports.collect(command.recording.id);
        },
        mailText: (body) => this.#reports.withPaths(body),
        changes: () => this.#data.changes(),
      },
      traffic.gateways,
    );
  }

  async play(): Promise<StoryEnd> {
    const { traffic, signal } = this.#settings;
    const { clock, aws } = this.#parts;
    const pace: Pace = { speed: this.#settings.speed, settle: () => this.#settle(), signal };
    this.#control.startSweeps();
    putNames({ ...this.#parts, traffic, bucket: this.#data.bucket }, () => this.#hasTraffic);
    this.#planMinute(0);
    await clock.play(traffic.start + traffic.minutes * MINUTE, pace);
    for (let minute = 0; aws.ec2.flowLogs.size > 0 && minute < MAX_EXTRA_MINUTES; minute++) {
      await clock.play(clock.now() + MINUTE, pace);
    }
    await clock.play(clock.now() + DELIVERY_TAIL_MS, pace);
    for (const { firehose } of this.#streams()) await firehose.drain();
    await this.#settle();
    await this.#awaitReports({ ...pace, speed: Number.POSITIVE_INFINITY });
    return await this.#end();
  }

  /** Jumps to the schedules that are left: reports that are due some minutes after their recordings. */
  async #awaitReports(pace: Pace): Promise<void> {
    const { clock } = this.#parts;
    this.#hasTraffic = false;
    while (!pace.signal?.aborted) {
      const until = this.#control.nextTimer();
      if (until === undefined) return;
      this.#settings.onEvent({ at: clock.now(), kind: 'skipped', until });
      await clock.play(until, pace);
    }
  }

  #planMinute(index: number): void {
    const { traffic, collectorDownFrom } = this.#settings;
    const start = traffic.start + index * MINUTE;
    this.#parts.clock.at(start + MINUTE, async () => {
      if (!this.#hasTraffic) return;
      for (const { id: gatewayId } of traffic.gateways) {
        const { metered } = traffic.minute(gatewayId, index);
        this.#control.meter({ gatewayId, at: start, ...metered });
      }
      this.#data.minuteEnded(start);
      this.#deliverContinuous(start);
      if (index === collectorDownFrom) await this.#takeCollectorDown();
      this.#planMinute(index + 1);
    });
  }

  #streams(): StoryStream[] {
    return this.#continuous === undefined
      ? [this.#data.stream]
      : [this.#data.stream, this.#continuous];
  }

  /** The lines of the continuous sources of a minute, which are delivered as late as those of a recording. */
  #deliverContinuous(start: number): void {
    const { continuous = [], seed, parameters } = this.#settings;
    this.#parts.clock.after(LOG_DELIVERY_MS, () => {
      for (const [index, source] of continuous.entries()) {
        const { collectors } = parameters;
        const minute = { seed: seed * 10 + index, start: start / 1000, collectors };
        this.#continuous?.deliver(continuousMinute(source, minute));
      }
    });
  }

  async #takeCollectorDown(): Promise<void> {
    await this.#settings.collector?.goDown();
    this.#settings.onEvent({ at: this.#parts.clock.now(), kind: 'collector-down' });
  }

  /** Waits until the stream has no work, and all exported flows have arrived. */
  async #settle(): Promise<void> {
    for (const stream of this.#streams()) {
      await stream.firehose.settle();
      stream.collectReports();
    }
    const deliveries = this.#streams().flatMap(({ reports }) => reports);
    const exported = total(deliveries, 'FlowsExported');
    await this.#settings.collector?.received(exported);
  }

  async #end(): Promise<StoryEnd> {
    const { aws, clock } = this.#parts;
    const { delivered, reports } = this.#data.stream;
    const continuous = this.#continuous;
    return {
      delivered,
      deliveredBytes: [...this.#data.stream.firehose.incomingBytes.values()].reduce(
        (a, b) => a + b,
        0,
      ),
      deliveries: reports,
      archive: await this.#data.stream.archived(),
      continuous: continuous && {
        ...{ delivered: continuous.delivered, deliveries: continuous.reports },
        archive: await continuous.archived(),
      },
      flowLogsLeft: aws.ec2.flowLogs.size,
      schedulesLeft: aws.schedules.size,
      recordings: this.#recordings,
      mails: aws.mails.length,
      endedAt: clock.now(),
      reports: this.#reports.collected,
      captured: capturedShares(
        this.#settings.traffic,
        this.#data.captures,
        this.#alarms,
        clock.now(),
      ),
    };
  }
}
