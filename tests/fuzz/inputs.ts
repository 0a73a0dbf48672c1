import { crc32 } from 'node:zlib';
import { Random } from './random.ts';
import type { Target } from './target.ts';

/** The limit of processor time for an input. */
const SLOW_MS = 1000;
/** How often a slow input is repeated: the first run may include garbage collection or compilation. */
const TRIALS = 3;

/** The input of this number in a run with this seed. */
export function inputOf(target: Target, seed: number, index: number): Uint8Array {
  return target.generate(new Random(seed, index));
}

/**
 * Checks one input. Random numbers are derived from its bytes, so that it can be replayed.
 * @returns the processor time in milliseconds.
 * @throws the fault of the target.
 */
export async function checkInput(
  target: Target,
  input: Uint8Array,
  slowMs = SLOW_MS,
): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < TRIALS && least >= slowMs; trial++) {
    const before = process.cpuUsage();
    await target.check(Uint8Array.from(input), new Random(crc32(input)));
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  if (least < slowMs) return least;
  throw new Error(`took ${Math.round(least)} ms of processor time`);
}
