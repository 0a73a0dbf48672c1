import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonText } from '../../shared/text/printable.ts';
import type { BuiltInCollector } from './built-in-collector.ts';
import { buildHandlers } from './deployment.ts';
import { judge, type Outcome, type StoryEnd } from './outcome.ts';
import { reportOwnFiles } from './own-report.ts';
import type { StoryPlan } from './plan.ts';
import { playStory } from './story.ts';
import type { OnEvent, StoryReport } from './story-events.ts';

/** How and where a story is played. */
export interface PlayOptions {
  /** A folder for stories only: the files of an earlier story are removed. */
  readonly out: string;
  readonly collector?: BuiltInCollector | undefined;
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
  /** The version of natflow, for the report. */
  readonly version: string;
  /** Whether the handlers are built first. */
  readonly build: boolean;
}

/** What a story leaves. */
export interface Played {
  readonly outcome: Outcome;
  /** One report for each recording. */
  readonly reports: readonly StoryReport[];
}

const OUTCOME = 'story.json';
const OURS = /^(archive|story\.json|mail-.*\.txt|report(-\d+)?\.(html|json|svg)|[a-z]+\.log)$/;

/** Plays a planned story and writes its files to the folder. @throws the error that kept it from its end. */
export async function play(plan: StoryPlan, options: PlayOptions): Promise<Played> {
  const { out, collector } = options;
  await clear(out);
  if (options.build) await buildHandlers();
  const end = await playStory({ ...plan, ...options });
  options.signal.throwIfAborted();
  const reports = plan.parameters.isReported ? end.reports : await reportOwn(end, plan, options);
  const wentDown = plan.collectorDownFrom !== undefined;
  const received = collector && { ...collector.totals, wentDown };
  const outcome = judge(end, reports, plan.parameters, received);
  await write(out, OUTCOME, outcome);
  return { outcome, reports };
}

async function reportOwn(
  { archive: { files }, endedAt }: StoryEnd,
  plan: StoryPlan,
  { out, version, onEvent }: PlayOptions,
): Promise<StoryReport[]> {
  if (files.length === 0) return [];
  const report = await reportOwnFiles(files, plan, { out, version, now: endedAt });
  onEvent({ at: endedAt, kind: 'reported', ...report });
  return [report];
}

/** Removes the files of an earlier story. @throws Error when the folder holds any other file. */
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
  await writeFile(join(out, name), `${jsonText(content, 2)}\n`);
}
