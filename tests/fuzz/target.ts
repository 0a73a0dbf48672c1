import type { Random } from './random.ts';

/** A reader that is fuzzed. */
export interface Target {
  readonly name: string;
  /** A valid input with a changed structure. The same random numbers give the same input. */
  readonly generate: (random: Random) => Uint8Array;
  /** @throws when the reader handles the input wrongly. The random numbers are derived from the input. */
  readonly check: (input: Uint8Array, random: Random) => Promise<void> | void;
  /** The allowed growth of memory after the warm-up, if the target keeps state on purpose. */
  readonly keptMib?: number;
}
