import { mkdirSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { checkInput, inputOf } from './inputs.ts';
import type { Finding, Order, Result } from './order.ts';
import type { Target } from './target.ts';
import { targetNamed } from './targets.ts';

// A worker: feeds one target with inputs until its limit.

const MIB = 2 ** 20;
/** The share of the run that is warm-up, until caches and compiled code are stable. */
const WARM_UP = 0.3;
const MOST_KEPT_MIB = 16;
const MOST_RSS_MIB = 160;
const MOST_FINDINGS = 5;
const TURN_EVERY = 20;

type Growth = Pick<Result, 'keptMib' | 'rssMib'>;

const order: Order = workerData;
parentPort?.postMessage(await run(targetNamed(order.target), order));

async function run(target: Target, { seed, megabytes, seconds, progress }: Order): Promise<Result> {
  const began = performance.now();
  const findings = new Map<string, Finding>();
  let warm: NodeJS.MemoryUsage | undefined;
  let inputs = 0;
  let bytes = 0;
  let slowestMs = 0;
  const elapsed = () => (performance.now() - began) / 1000;
  const share = () => Math.max(bytes / (megabytes * 1e6), elapsed() / seconds);
  for (; share() < 1 && findings.size < MOST_FINDINGS; inputs++) {
    if (share() > WARM_UP) warm ??= memory();
    Atomics.store(progress, 0, inputs);
    // Node frees some memory only in a turn of the event loop.
    if (inputs % TURN_EVERY === 0) await setImmediate();
    const input = inputOf(target, seed, inputs);
    bytes += input.length;
    const took = await checkInput(target, input).catch(describe);
    if (typeof took === 'number') slowestMs = Math.max(slowestMs, took);
    else if (!findings.has(took)) findings.set(took, { finding: took, file: keep(input, inputs) });
  }
  const grown = growth(warm ?? memory(), memory());
  const swollen = describeGrowth(grown, target);
  return {
    ...{ inputs, bytes, slowestMs, ...grown, seconds: elapsed() },
    findings: [...findings.values(), ...swollen],
  };
}

function describeGrowth({ keptMib, rssMib }: Growth, { keptMib: most = MOST_KEPT_MIB }: Target) {
  if (keptMib <= most && rssMib <= MOST_RSS_MIB) return [];
  const finding = `memory grew by ${keptMib} MiB, as the system sees it by ${rssMib} MiB`;
  return [{ finding, file: undefined }];
}

/** The error and its place, to group findings with the same cause. */
function describe(error: unknown): string {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const place = stack.split('\n').find((line) => /\/(shared|services|tests)\//.test(line)) ?? '';
  const said = message.split('\n').slice(0, 12).join('\n    ').slice(0, 1000);
  return `${name}: ${said.replace(/\d+/g, '#')} ${place.trim().replace(/\S*(shared|services|tests)/, '$1')}`;
}

function keep(input: Uint8Array, index: number): string {
  mkdirSync('out', { recursive: true });
  const file = `out/fuzz-${order.target}-${order.seed}-${index}`;
  writeFileSync(file, input);
  return file;
}

function memory(): NodeJS.MemoryUsage {
  for (let times = 0; times < 3; times++) globalThis.gc?.();
  return process.memoryUsage();
}

function growth(before: NodeJS.MemoryUsage, after: NodeJS.MemoryUsage): Growth {
  const kept = (usage: NodeJS.MemoryUsage) => usage.heapUsed + usage.external;
  const rounded = (octets: number) => Math.round(octets / MIB);
  return { keptMib: rounded(kept(after) - kept(before)), rssMib: rounded(after.rss - before.rss) };
}
