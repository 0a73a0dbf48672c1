import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Format, parseFormat, RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import type { Report } from '../../shared/report/report.ts';
import type { BuiltInCollector } from './built-in-collector.ts';
import { buildHandlers, REGION } from './deployment.ts';
import { describeMetrics, describeNetwork } from './descriptions.ts';
import { judge, type Outcome } from './outcome.ts';
import type { StoryPlan } from './plan.ts';
import { playStory, type StoryEnd } from './story.ts';
import type { Tell } from './story-events.ts';
import { reportStory } from './story-report.ts';

/** Where a story is played, and who watches. */
export interface Theatre {
  /** A folder of its own: what an earlier story left there is removed. */
  readonly out: string;
  readonly collector?: BuiltInCollector | undefined;
  readonly tell: Tell;
  readonly signal: AbortSignal;
  /** Of natflow. */
  readonly version: string;
  /** Whether the handlers are built first. */
  readonly build: boolean;
}

/** What a story leaves. */
export interface Played {
  readonly outcome: Outcome;
  /** None when nothing was recorded. */
  readonly report?: Report | undefined;
}

const OUTCOME = 'story.json';
const OURS = /^(archive|story\.json|vpc\.json|metrics\.json|mail-.*\.txt|report\..*)$/;

/** Plays a planned story and writes what it leaves into the folder; rejects with what kept it from that. */
export async function play(plan: StoryPlan, theatre: Theatre): Promise<Played> {
  const { out, collector, tell } = theatre;
  await clear(out);
  if (theatre.build) await buildHandlers();
  const end = await playStory({ ...plan, ...theatre });
  theatre.signal.throwIfAborted();
  const report = await reportOn(end, plan, theatre);
  if (report !== undefined) tell({ at: end.endedAt, kind: 'reported', report });
  const wentDown = plan.collectorDownFrom !== undefined;
  const outcome = judge(end, report, collector && { ...collector.totals, wentDown });
  await write(out, OUTCOME, outcome);
  return { outcome, report };
}

async function reportOn(
  end: StoryEnd,
  { traffic, parameters, threshold, isOwn }: StoryPlan,
  { out, version }: Theatre,
): Promise<Report | undefined> {
  const { files } = end.archive;
  if (files.length === 0) return undefined;
  const { legs, logFormat, numOfRecordings } = parameters;
  const network = isOwn ? undefined : describeNetwork(traffic.gateways);
  const metrics = isOwn ? undefined : describeMetrics(end.metered);
  if (network !== undefined) await write(out, 'vpc.json', network);
  if (metrics !== undefined) await write(out, 'metrics.json', metrics);
  const format: Format = logFormat === undefined ? RECORDING_FORMAT : parseFormat(logFormat);
  const isCounted = numOfRecordings > 0 && traffic.gateways.length === 1;
  return await reportStory({
    ...{ files, format, legs, threshold, network, metrics, out, version },
    region: REGION,
    now: end.endedAt,
    recordingsLeft: isCounted
      ? `${numOfRecordings - end.recordings} of ${numOfRecordings}`
      : undefined,
  });
}

/** @throws Error when the folder holds something that no story has left there. */
async function clear(out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const names = await readdir(out);
  const others = names.filter((name) => !OURS.test(name));
  if (others.length > 0 || (names.length > 0 && !names.includes(OUTCOME))) {
    throw new Error(`${out} is no folder of stories: choose an empty one with --out`);
  }
  await Promise.all(names.map((name) => rm(join(out, name), { recursive: true })));
  await write(out, OUTCOME, {});
}

async function write(out: string, name: string, content: object): Promise<void> {
  await writeFile(join(out, name), `${JSON.stringify(content, undefined, 2)}\n`);
}
