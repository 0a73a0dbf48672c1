import { crc32 } from 'node:zlib';
import { Random } from './random.ts';
import type { Target } from './target.ts';

/** Of processor time an input takes less. */
const SLOW_MS = 1000;
/** What takes long for once may have met the garbage collector or the compiler. */
const TRIALS = 3;

/** The input of this number in a run with this seed. */
export function inputOf(target: Target, seed: number, index: number): Uint8Array {
  return target.generate(new Random(seed, index));
}

/**
 * Checks one input; all that is random follows from its bytes, so that it can be replayed.
 * @returns the milliseconds of processor time it took.
 * @throws what is wrong with how the target copes with it.
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
