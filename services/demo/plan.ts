import type { ContinuousSource } from '../../shared/continuous/sources.ts';
import type { Legs } from '../../shared/flow/legs.ts';
import type { FlowSource } from '../../shared/flowlog/source.ts';
import type { Version } from '../../shared/netflow/protocol.ts';
import { shorten } from '../../shared/text/shorten.ts';
import { CLIENT_NAMES } from './clients.ts';
import { fileTraffic } from './file-traffic.ts';
import type { Parameters } from './parameters.ts';
import { scenarioTraffic } from './scenario-traffic.ts';
import type { Scenario } from './scenarios.ts';
import type { Traffic } from './traffic.ts';

/** What the user asks for. What is undefined gets a default that depends on the traffic. */
export interface StoryRequest {
  readonly scenario: Scenario;
  /** Flow log files that replace the scenario. */
  readonly files: readonly { readonly name: string; readonly source: FlowSource }[];
  readonly seed: number;
  readonly connections: number;
  readonly version: Version;
  readonly legs?: Legs | undefined;
  /** Bytes per minute. */
  readonly threshold?: number | undefined;
  /** Seconds. */
  readonly recordingTime?: number | undefined;
  readonly numOfRecordings: number;
  /** A label; empty: reports are not grouped. */
  readonly groupBy?: string | undefined;
  /** From the creation of a flow log until it begins, in seconds. */
  readonly flowLogDelay?: number | undefined;
  readonly speed?: number | undefined;
  /** host:port,… */
  readonly collectors: string;
  /** The story ends at the present, because the user's collector may show recent flows only. */
  readonly endsNow: boolean;
}

/** A story that is ready to be played. */
export interface StoryPlan {
  readonly title: string;
  readonly traffic: Traffic;
  readonly parameters: Parameters;
  readonly threshold: number;
  /** From the creation of a flow log until it begins, in seconds. */
  readonly flowLogDelay: number;
  readonly speed: number;
  readonly collectorDownFrom?: number | undefined;
  /** What is exported all the time; undefined or empty: nothing. */
  readonly continuous?: readonly ContinuousSource[] | undefined;
  /** The seed of its lines. */
  readonly seed: number;
  /** Whether the collectors are the user's own, whose counts are not known here. */
  readonly hasOwnCollectors: boolean;
  /** The names of clients by their addresses. */
  readonly names: Readonly<Record<string, string>>;
}

const MINUTE = 60_000;
/** A fixed time, so that the same seed gives the same story to the second. */
const START = Date.UTC(2026, 10, 22, 10, 12);
const DEFAULT_THRESHOLD = 2 ** 30;
const DEFAULT_SPEED = 60;
const DEFAULT_RECORDING_TIME = 900;
/** A tag of the story's instances and a label of its pods. */
const DEFAULT_GROUP = 'team';
/** AWS: "several minutes", https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-basics.html */
const USUAL_DELAY_S = 300;
/** Of the files, as the title has them. */
const LONGEST_NAMES = 100;
/** From the end of the traffic until its last lines are delivered. */
const DELIVERY_MINUTES = 4;

/** Plans a story. @throws RangeError when the files cannot be played. */
export async function planStory(request: StoryRequest): Promise<StoryPlan> {
  return request.files.length > 0 ? await planFiles(request) : planScenario(request);
}

function planScenario(request: StoryRequest): StoryPlan {
  const { scenario, seed, connections, endsNow } = request;
  const longest = Math.max(...scenario.gateways.map(({ levels }) => levels.length));
  const isFollowed = scenario.gateways.some(({ createdIn }) => createdIn !== undefined);
  const threshold = request.threshold ?? DEFAULT_THRESHOLD;
  const now = Math.floor(Date.now() / MINUTE - longest - DELIVERY_MINUTES) * MINUTE;
  return {
    title: `${scenario.name}, seed ${seed}`,
    traffic: scenarioTraffic(scenario.gateways, {
      ...{ seed, connections },
      start: endsNow ? now : START,
    }),
    parameters: {
      ...parametersOf(request, {
        legs: 'private',
        recordingTime: scenario.recordingTime ?? DEFAULT_RECORDING_TIME,
        ...{ isReported: true, groupBy: DEFAULT_GROUP },
      }),
      ...(isFollowed && { followedAbove: threshold }),
      monthlyBudget: scenario.budgetPerConnection
        ? (scenario.budgetPerConnection * connections).toFixed(9)
        : undefined,
    },
    threshold,
    flowLogDelay: request.flowLogDelay ?? scenario.flowLogDelay ?? USUAL_DELAY_S,
    speed: request.speed ?? DEFAULT_SPEED,
    collectorDownFrom: scenario.collectorDownFrom,
    continuous: scenario.continuous,
    seed,
    names: CLIENT_NAMES,
    hasOwnCollectors: request.endsNow,
  };
}

/** By default files are recorded whole: without RecordingTime and delay, with a threshold below all their minutes. */
async function planFiles(request: StoryRequest): Promise<StoryPlan> {
  const traffic = await fileTraffic(request.files, request.legs ?? 'all');
  const logFormat = traffic.format.map((name) => `\${${name}}`).join(' ');
  const names = request.files.map(({ name }) => name).join(', ');
  return {
    title: `${traffic.lines} lines of ${shorten(names, LONGEST_NAMES)}`,
    traffic,
    parameters: {
      ...parametersOf(request, { legs: 'all', recordingTime: 0, isReported: false }),
      logFormat,
    },
    threshold: request.threshold ?? traffic.threshold,
    flowLogDelay: request.flowLogDelay ?? 0,
    speed: request.speed ?? Math.max(DEFAULT_SPEED, traffic.minutes),
    names: {},
    seed: request.seed,
    hasOwnCollectors: request.endsNow,
  };
}

function parametersOf(
  { legs, recordingTime, numOfRecordings, version, collectors, groupBy }: StoryRequest,
  defaults: Pick<Parameters, 'legs' | 'recordingTime' | 'isReported' | 'groupBy'>,
): Parameters {
  return {
    legs: legs ?? defaults.legs,
    recordingTime: recordingTime ?? defaults.recordingTime,
    ...{ numOfRecordings, version, collectors },
    isReported: defaults.isReported,
    groupBy: (groupBy ?? defaults.groupBy) || undefined,
  };
}
