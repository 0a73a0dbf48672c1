import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltInCollector } from './built-in-collector.ts';
import { buildHandlers } from './deployment.ts';
import { judge, type Outcome, type StoryEnd } from './outcome.ts';
import { reportOwnFiles } from './own-report.ts';
import type { StoryPlan } from './plan.ts';
import { playStory } from './story.ts';
import type { Tell } from './story-events.ts';
import type { StoryReport } from './story-reports.ts';

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
  /** One of each recording; none when nothing was recorded. */
  readonly reports: readonly StoryReport[];
}

const OUTCOME = 'story.json';
const OURS = /^(archive|story\.json|mail-.*\.txt|report(-\d+)?\.(html|json|svg)|[a-z]+\.log)$/;

/** Plays a planned story and writes what it leaves into the folder; rejects with what kept it from that. */
export async function play(plan: StoryPlan, theatre: Theatre): Promise<Played> {
  const { out, collector } = theatre;
  await clear(out);
  if (theatre.build) await buildHandlers();
  const end = await playStory({ ...plan, ...theatre });
  theatre.signal.throwIfAborted();
  const reports = plan.parameters.isReported ? end.reports : await reportOwn(end, plan, theatre);
  const wentDown = plan.collectorDownFrom !== undefined;
  const received = collector && { ...collector.totals, wentDown };
  const outcome = judge(end, reports, plan.parameters, received);
  await write(out, OUTCOME, outcome);
  return { outcome, reports };
}

async function reportOwn(
  { archive: { files }, endedAt }: StoryEnd,
  plan: StoryPlan,
  { out, version, tell }: Theatre,
): Promise<StoryReport[]> {
  if (files.length === 0) return [];
  const made = await reportOwnFiles(files, plan, { out, version, now: endedAt });
  tell({ at: endedAt, kind: 'reported', ...made });
  return [made];
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
