import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build, bundle } from '../../infra/build.ts';
import { ROOT } from '../../infra/root.ts';
import { RECORDING_FORMAT } from '../../shared/flowlog/format.ts';
import { buildC } from './programs.ts';
import { replayerMemory } from './replayer-memory.ts';
import { intoSink, median, ratio } from './run.ts';

/**
 * Compares the forwarder's costs with a straightforward handler, and its bundle with a default bundle:
 *   node tests/bench/forwarder.ts [ROUNDS] [MILLIONS OF LINES]
 */
const [ROUNDS = 15, MILLIONS = 10] = process.argv.slice(2).map(Number);
const RECORDS = 10_000;
const INVOCATIONS_A_ROUND = 3;
const WARMING_UP = 12;
const INVOKE = fileURLToPath(new URL('invoke.ts', import.meta.url));

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function start(file: string, port: number, records = RECORDS): ChildProcess {
  return fork(INVOKE, [file, String(records)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      AWS_REGION: 'eu-west-1',
      NATFLOW_COLLECTORS: `127.0.0.1:${port}`,
      NATFLOW_LEGS: 'all',
      NATFLOW_RATE: 'max',
      NATFLOW_LOG_FORMAT: RECORDING_FORMAT.join(' '),
    },
  });
}

async function told<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message');
  return message;
}

/** Milliseconds per invocation, interleaved (A B A B …). Each program has its own long-lived process. */
async function invocations(files: readonly string[], port: number): Promise<number[][]> {
  const children = files.map((file) => start(file, port));
  for (const child of children) await told(child);
  const spent: number[][] = files.map(() => []);
  for (let round = -1; round < ROUNDS; round++) {
    for (const [i, child] of children.entries()) {
      child.send(round < 0 ? WARMING_UP : INVOCATIONS_A_ROUND);
      const times = await told<number[]>(child);
      if (round >= 0) spent[i]?.push(median(times));
    }
  }
  for (const child of children) child.kill();
  return spent;
}

/** Milliseconds to load, interleaved (A B A B …), in a new process each time. */
async function inits(files: readonly string[]): Promise<number[][]> {
  const spent: number[][] = files.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, file] of files.entries()) {
      const child = start(file, 9, 0);
      spent[i]?.push(await told<number>(child));
      child.kill();
      await once(child, 'exit');
    }
  }
  return spent;
}

/** The forwarder with a static import of the DynamoDB client, bundled by default: one CommonJS file. */
async function bundleByDefault(folder: string): Promise<string> {
  const source = join(folder, 'usual.ts');
  const outfile = join(folder, 'usual.cjs');
  writeFileSync(
    source,
    `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
     export { handler } from '${join(ROOT, 'services/forwarder/handler.ts')}';
     export const client = new DynamoDBClient({});`,
  );
  const minified = { bundle: true, minify: true, platform: 'node', target: 'node24' } as const;
  await esbuild({ entryPoints: [source], outfile, ...minified, legalComments: 'none' });
  return outfile;
}

function inMs(values: readonly number[]): string {
  return `${median(values).toFixed(1)} ms (least ${Math.min(...values).toFixed(1)})`;
}

async function measure(folder: string): Promise<void> {
  const [size] = await build(['forwarder', 'replayer']);
  const ours = join(ROOT, 'dist/forwarder/handler.mjs');
  await bundle(fileURLToPath(new URL('naive-handler.ts', import.meta.url)), join(folder, 'naive'));
  const naive = join(folder, 'naive/handler.mjs');
  const usual = await bundleByDefault(folder);

  say(
    `bundle     ${((size?.cold ?? 0) / 1000).toFixed(1)} KB, ${((size?.lazy ?? 0) / 1000).toFixed(1)} KB more for the SDK when it is used; the usual way ${(statSync(usual).size / 1000).toFixed(1)} KB`,
  );
  const [ourInit = [], usualInit = []] = await inits([ours, usual]);
  say(
    `init       ${inMs(ourInit)}; the usual way ${inMs(usualInit)}; ratio ${ratio(ourInit, usualInit).toFixed(2)}`,
  );

  const { sink } = buildC(folder);
  const { done, arrived } = await intoSink(sink, (port) => invocations([ours, naive], port));
  const [our = [], theirs = []] = done;
  say(
    `handler    ${inMs(our)} for ${RECORDS} records and sending them; straightforward ${inMs(theirs)}; ${ratio(theirs, our).toFixed(2)} times as fast`,
  );
  say(`arrived    ${arrived.records} flow records`);

  const { bareMb, peakMb, seconds, flows } = await replayerMemory(folder, sink, MILLIONS);
  say(
    `replayer   ${peakMb.toFixed(1)} MB at most for an object of ${flows} flows, a bare runtime ${bareMb.toFixed(1)}: ${(peakMb - bareMb).toFixed(1)} more; ${seconds.toFixed(1)} s`,
  );
}

mkdirSync(join(ROOT, 'dist'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'dist/bench-'));
try {
  await measure(folder);
} finally {
  rmSync(folder, { recursive: true });
}
