import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { execPath } from 'node:process';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { Totals } from './expected.ts';
import type { Version } from './flow.ts';
import { type Collector, LOOPBACK } from './program.ts';

const MAIN = fileURLToPath(new URL('../../services/cli/natflow.cjs', import.meta.url));

/** The parsed output of `replay --json`, and the command's exit code. */
export interface Replay extends Totals {
  lines: number;
  otherLeg: number;
  exitCode: number;
}

/** Replays a flow log to all collectors at once, optionally with a format. @throws Error without a summary. */
export async function replay(
  log: string,
  version: Version,
  collectors: readonly Collector[],
  format?: string,
  more: readonly string[] = [],
): Promise<Replay> {
  const targets = collectors.map(({ port }) => `${LOOPBACK}:${port}`).join();
  const args = [MAIN, 'replay', '-n', targets, '-v', `${version}`, '--json', ...more, log];
  if (format !== undefined) args.push('--format', format);
  const child = spawn(execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (output === '') throw new Error(`natflow replay ended with ${exitCode}: ${errors}`);
  const told = JSON.parse(output);
  return { ...told, bytes: BigInt(told.bytes), packets: BigInt(told.packets), exitCode };
}

/** Writes synthetic flow log text with exactly this many flows to `path`. */
export async function synthesize(flows: number, path: string): Promise<void> {
  const child = spawn(execPath, [MAIN, 'synth', '--flows', `${flows}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  await pipeline(child.stdout, createWriteStream(path));
  const [exitCode] = await closed;
  if (exitCode !== 0) throw new Error(`natflow synth ended with ${exitCode}`);
}
