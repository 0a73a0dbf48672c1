import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll } from '@jest/globals';
import { buildHandlers } from '../../services/demo/deployment.ts';
import type { Outcome } from '../../services/demo/outcome.ts';
import { type Ended, natflow, PATIENCE_MS } from '../support/run-natflow.ts';

/** Built once for each test file; the runs use --no-build. */
beforeAll(buildHandlers, PATIENCE_MS);

const PACE = ['--once', '--no-build', '--speed', 'max'];

/** The result of a run, and its out folder. */
export interface StoryRun extends Ended {
  readonly out: string;
}

/** Runs `natflow start --once …` at full speed, with the built-in collector on a free port. */
export async function runStory(folder: string, ...args: string[]): Promise<StoryRun> {
  return await runStoryWith(folder, '--listen', '127.0.0.1:0', ...args);
}

/** Runs it without a collector option, for arguments that choose the collector. */
export async function runStoryWith(folder: string, ...args: string[]): Promise<StoryRun> {
  const out = join(folder, randomUUID());
  return { out, ...(await natflow('start', ...PACE, '--out', out, ...args)) };
}

/** Plays a story into the given folder. */
export async function runStoryInto(out: string, ...args: string[]): Promise<Ended> {
  return await natflow('start', ...PACE, '--listen', '127.0.0.1:0', '--out', out, ...args);
}

/** The outcome, which is the last line of --json. */
export function outcomeOf({ stdout }: Ended): Outcome & { kind: string } {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
