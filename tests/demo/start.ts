import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll } from '@jest/globals';
import { buildHandlers } from '../../services/demo/deployment.ts';
import type { Outcome } from '../../services/demo/outcome.ts';
import { type Ended, natflow, PATIENCE_MS } from '../support/run-natflow.ts';

/** Once for a test file is enough. */
beforeAll(buildHandlers, PATIENCE_MS);

const PACE = ['--once', '--no-build', '--speed', 'max'];

/** A story told as fast as it goes, into a folder of its own. */
export interface Told extends Ended {
  readonly out: string;
}

/** Runs `natflow start --once …` with the built-in collector on a free port. */
export async function tell(folder: string, ...args: string[]): Promise<Told> {
  return await tellWith(folder, '--listen', '127.0.0.1:0', ...args);
}

/** The same, with whatever collector the arguments say. */
export async function tellWith(folder: string, ...args: string[]): Promise<Told> {
  const out = join(folder, randomUUID());
  return { out, ...(await natflow('start', ...PACE, '--out', out, ...args)) };
}

/** The same as `tell`, into that very folder. */
export async function tellInto(out: string, ...args: string[]): Promise<Ended> {
  return await natflow('start', ...PACE, '--listen', '127.0.0.1:0', '--out', out, ...args);
}

/** The last of the JSON lines. */
export function outcomeOf({ stdout }: Ended): Outcome & { kind: string } {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
