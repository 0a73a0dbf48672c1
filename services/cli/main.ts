import type { CommanderError } from 'commander';
import { say } from '../../shared/terminal.ts';
import { UsageError } from './errors.ts';

/** Runs the command that the arguments name and sets the exit code; it does not throw. */
async function run(): Promise<void> {
  // A closed pipe is no failure: `natflow parse … | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    say(`cannot write standard output: ${error.message}`);
    process.exit(1);
  });

  const [, , name, ...words] = process.argv;
  try {
    if (name === 'replay') {
      const { replayPlain } = await import('./replay-plain.ts');
      if (await replayPlain(words)) return;
    }
    const { program } = await import('./program.ts');
    await (await program(name)).parseAsync();
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

void run();
