import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltInCollector } from './built-in-collector.ts';
import { describeMetrics, describeNetwork } from './descriptions.ts';
import { judge, type Outcome } from './outcome.ts';
import type { StoryPlan } from './plan.ts';
import { playStory } from './story.ts';
import type { Tell } from './story-events.ts';

/** Where a story is played, and who watches. */
export interface Theatre {
  /** A folder of its own: what an earlier story left there is removed. */
  readonly out: string;
  readonly collector?: BuiltInCollector | undefined;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

const OUTCOME = 'story.json';
const OURS = /^(archive|story\.json|vpc\.json|metrics\.json|mail-.*\.txt|report\..*)$/;

/** Plays a planned story and writes what it leaves into the folder; rejects with what kept it from that. */
export async function play(plan: StoryPlan, theatre: Theatre): Promise<Outcome> {
  const { out, collector } = theatre;
  await clear(out);
  const end = await playStory({ ...plan, ...theatre });
  const wentDown = collector !== undefined && plan.collectorDownFrom !== undefined;
  const outcome = judge(end, collector?.totals, wentDown);
  await write(out, 'vpc.json', describeNetwork(plan.traffic.gateways));
  await write(out, 'metrics.json', describeMetrics(end.metered));
  await write(out, OUTCOME, outcome);
  return outcome;
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
