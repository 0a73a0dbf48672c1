import { readPlain } from './plain-arguments.ts';
import { replay } from './replay.ts';
import { REPLAY_OPTIONS, type ReplayOptions } from './replay-options.ts';

/** Does a replay whose command line is plain, without commander. False, and nothing done, when it is not. */
export async function replayPlain(words: readonly string[]): Promise<boolean> {
  const plain = readPlain(words, REPLAY_OPTIONS);
  if (plain === undefined) return false;
  await replay(plain.files, plain.options as ReplayOptions);
  return true;
}
