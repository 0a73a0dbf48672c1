import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Calls back for the first SIGINT or SIGTERM. A second one ends the process at once, as without a handler. */
function onFirstSignal(act: (name: NodeJS.Signals) => void): { release(): void } {
  const release = () => {
    for (const name of SIGNALS) process.off(name, onSignal);
  };
  const onSignal = (name: NodeJS.Signals) => {
    release();
    act(name);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return { release };
}

/**
 * Does work that SIGINT or SIGTERM aborts, so that it can report what was done until then. After a signal the
 * exit code is 128 plus the signal's number, as shells have it.
 */
export async function interruptible<T>(work: (interrupted: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController();
  let exitCode: number | undefined;
  const { release } = onFirstSignal((name) => {
    exitCode = 128 + constants.signals[name];
    interrupted.abort();
  });
  try {
    return await work(interrupted.signal);
  } finally {
    release();
    process.exitCode = exitCode ?? process.exitCode;
  }
}

/** Resolves at the first SIGINT or SIGTERM. */
export async function untilSignal(): Promise<void> {
  await new Promise((resolve) => onFirstSignal(resolve));
}
