import type { BuiltInCollector } from './built-in-collector.ts';
import { buildHandlers } from './deployment.ts';
import { takeOutFolder } from './out-folder.ts';
import { judge, type Outcome } from './outcome.ts';
import { reportOwnFiles } from './own-report.ts';
import type { StoryPlan } from './plan.ts';
import { playStory, type StoryEnd } from './story.ts';
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

/** Plays a planned story and writes what it leaves into the folder; rejects with what kept it from that. */
export async function play(plan: StoryPlan, theatre: Theatre): Promise<Played> {
  const folder = await takeOutFolder(theatre.out);
  try {
    const played = await playInto(plan, theatre);
    await folder.conclude(played.outcome);
    return played;
  } finally {
    folder.release();
  }
}

async function playInto(plan: StoryPlan, theatre: Theatre): Promise<Played> {
  const { collector } = theatre;
  if (theatre.build) await buildHandlers();
  const end = await playStory({ ...plan, ...theatre });
  theatre.signal.throwIfAborted();
  const reports = plan.parameters.isReported ? end.reports : await reportOwn(end, plan, theatre);
  const wentDown = plan.collectorDownFrom !== undefined;
  const received = collector && { ...collector.totals, wentDown };
  return { outcome: judge(end, reports, plan.parameters, received), reports };
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
