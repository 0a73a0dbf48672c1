import { jest } from '@jest/globals';
import { run } from '../../services/cli/run.ts';
import type { Ended } from './run-natflow.ts';

/** A command in the process of the test: its output so far, and its end. */
export interface RunningHere {
  stdout(): string;
  stderr(): string;
  /** Resolves when the output has had this text. The test's timeout limits the wait. */
  seen(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void>;
  readonly ended: Promise<Pick<Ended, 'code' | 'stdout' | 'stderr'>>;
}

/**
 * Starts `natflow …` in the process of the test, which takes a tenth of the time of a process of its own. One at a
 * time, because it takes what the process writes and its exit code; standard input is that of the test, and a signal
 * is `process.emit('SIGTERM')`.
 */
export function startNatflowHere(...words: string[]): RunningHere {
  const streams = { stdout: capture(process.stdout), stderr: capture(process.stderr) };
  const { stdout, stderr } = streams;
  const end = async () => {
    try {
      await run(words);
      return { code: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() };
    } finally {
      process.exitCode = undefined;
      stdout.release();
      stderr.release();
    }
  };
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    seen: (stream, pattern) => streams[stream].seen(pattern),
    ended: end(),
  };
}

/** Runs `natflow …` in the process of the test to its end. */
export function natflowHere(...words: string[]): RunningHere['ended'] {
  return startNatflowHere(...words).ended;
}

/** What is written to a stream of the process, in place of writing it. */
function capture(stream: NodeJS.WriteStream) {
  let written = '';
  let wake = () => {};
  const spy = jest.spyOn(stream, 'write').mockImplementation((text) => {
    written += text;
    wake();
    return true;
  });
  return {
    text: () => written,
    release: () => spy.mockRestore(),
    async seen(pattern: RegExp): Promise<void> {
      while (!pattern.test(written)) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}
