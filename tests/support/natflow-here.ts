import { jest } from '@jest/globals';
import { run } from '../../services/cli/program.ts';
import type { Ended } from './run-natflow.ts';

/**
 * Runs `natflow …` in the process of the test, which takes a tenth of the time of a process of its own. One at a
 * time, because it takes what the process writes and its exit code; standard input is that of the test.
 */
export async function natflowHere(
  ...words: string[]
): Promise<Pick<Ended, 'code' | 'stdout' | 'stderr'>> {
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  try {
    await run(words);
    return { code: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.exitCode = undefined;
    stdout.release();
    stderr.release();
  }
}

/** What is written to a stream of the process, in place of writing it. */
function capture(stream: NodeJS.WriteStream) {
  let written = '';
  const spy = jest.spyOn(stream, 'write').mockImplementation((text) => {
    written += text;
    return true;
  });
  return { text: () => written, release: () => spy.mockRestore() };
}
