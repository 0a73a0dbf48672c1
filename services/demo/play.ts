import type { BuiltInCollector } from './built-in-collector.ts';
import { buildHandlers } from './deployment.ts';
import { takeOutFolder } from './out-folder.ts';
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

/** Plays a planned story and writes its files to the folder. @throws the error that kept it from its end. */
export async function play(plan: StoryPlan, options: PlayOptions): Promise<Played> {
  const folder = await takeOutFolder(options.out);
  try {
    const played = await playInto(plan, options);
    await folder.conclude(played.outcome);
    return played;
  } finally {
    folder.release();
  }
}

async function playInto(plan: StoryPlan, options: PlayOptions): Promise<Played> {
  const { collector } = options;
  if (options.build) await buildHandlers();
  const end = await playStory({ ...plan, ...options });
  options.signal.throwIfAborted();
  const reports = plan.parameters.isReported ? end.reports : await reportOwn(end, plan, options);
  const wentDown = plan.collectorDownFrom !== undefined;
  const received = collector && { ...collector.totals, wentDown };
  return { outcome: judge(end, reports, plan.parameters, received), reports };
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
