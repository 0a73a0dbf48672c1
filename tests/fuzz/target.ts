import type { Random } from './random.ts';

/** Something that has to cope with any input. */
export interface Target {
  readonly name: string;
  /** A valid input with something changed in its structure; the same random numbers make the same input. */
  readonly generate: (random: Random) => Uint8Array;
  /** @throws for an input that is not coped with; the random numbers are the input's own. */
  readonly check: (input: Uint8Array, random: Random) => Promise<void> | void;
  /** What may stay in memory after the warm-up, where a target keeps something on purpose. */
  readonly keptMib?: number;
}
