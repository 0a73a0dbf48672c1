import type { CommanderError } from 'commander';
import { say } from '../../shared/terminal.ts';
import { UsageError } from './errors.ts';

/** Runs the command that the words name and sets the exit code; it does not throw. */
export async function run(words: readonly string[]): Promise<void> {
  const [name, ...rest] = words;
  try {
    if (name === 'replay') {
      const { replayPlain } = await import('./replay-plain.ts');
      if (await replayPlain(rest)) return;
    }
    const { program } = await import('./program.ts');
    await (await program(name)).parseAsync(words, { from: 'user' });
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  if (isCommanderError(error)) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** By its code, because commander is not loaded by every command. */
function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}
