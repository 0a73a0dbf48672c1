import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { checkInput, inputOf } from './inputs.ts';
import type { Order, Result } from './order.ts';
import { TARGET_NAMES, targetNamed } from './targets.ts';

// Fuzzes every reader of foreign input with mutations of valid input: npm run test:fuzz -- --target parser

/** An input that takes longer than this in wall-clock time hangs. */
const HANG_MS = 120_000;
const LOOK_EVERY_MS = 1000;

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    megabytes: { type: 'string', default: '200' },
    seconds: { type: 'string', default: 'Infinity' },
    seed: { type: 'string' },
    replay: { type: 'string' },
  },
});

if (values.replay === undefined) await fuzz();
else await replay(values.replay);

async function fuzz(): Promise<void> {
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : number('seed');
  const names = values.target === undefined ? TARGET_NAMES : [targetNamed(values.target).name];
  process.stdout.write(`--seed ${seed}\n`);
  let failed = 0;
  for (const target of names) {
    const progress = new Int32Array(new SharedArrayBuffer(4));
    const limits = { megabytes: number('megabytes'), seconds: number('seconds') };
    const result = await watched({ target, seed, progress, ...limits });
    if (typeof result === 'string' || result.findings.length > 0) failed++;
    process.stdout.write(
      `${target.padEnd(13)} ${typeof result === 'string' ? result : told(result)}\n`,
    );
  }
  process.stdout.write(`${names.length - failed} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Runs a target in a worker, which is terminated when it hangs. */
async function watched(order: Order): Promise<Result | string> {
  const worker = new Worker(new URL('run.ts', import.meta.url), { workerData: order });
  const { promise, resolve, reject } = Promise.withResolvers<Result | string>();
  let last = -1;
  let since = performance.now();
  const watch = setInterval(() => {
    const index = Atomics.load(order.progress, 0);
    if (index !== last) since = performance.now();
    last = index;
    if (performance.now() - since > HANG_MS) resolve(`hangs with ${write(order, index)}`);
  }, LOOK_EVERY_MS);
  worker.once('message', resolve);
  worker.once('error', reject);
  try {
    return await promise;
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

function write({ target, seed }: Order, index: number): string {
  const file = `out/fuzz-${target}-${seed}-${index}`;
  mkdirSync('out', { recursive: true });
  writeFileSync(file, inputOf(targetNamed(target), seed, index));
  return file;
}

function told({ inputs, bytes, seconds, slowestMs, keptMib, rssMib, findings }: Result): string {
  const figures = [
    `${(bytes / 1e6).toFixed(1)} MB`,
    `${inputs} inputs`,
    `${seconds.toFixed(0)} s`,
    `slowest ${slowestMs.toFixed(0)} ms`,
    `memory ${signed(keptMib)} MiB (RSS ${signed(rssMib)} MiB)`,
  ];
  const wrong = findings.map(({ finding, file }) => `\n  ${file ?? 'the run'}: ${finding}`);
  return figures.join(', ') + wrong.join('');
}

function signed(mib: number): string {
  return mib < 0 ? String(mib) : `+${mib}`;
}

/** Checks one input from a file, whose name contains the target. */
async function replay(file: string): Promise<void> {
  const name = values.target ?? basename(file).split('-')[1] ?? '';
  const took = await checkInput(targetNamed(name), readFileSync(file));
  process.stdout.write(`${file}: nothing found, ${took.toFixed(0)} ms\n`);
}

function number(name: 'seed' | 'megabytes' | 'seconds'): number {
  const value = Number(values[name]);
  if (value >= 0) return value;
  throw new RangeError(`--${name} ${values[name]} is not a number from 0`);
}
