import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Calls back for the first SIGINT or SIGTERM only: a second one ends the process at once. */
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
 * Does work that SIGINT or SIGTERM aborts, so that it can say what was done until then. Sets the exit code
 * in that case: by convention 128 and the number of the signal.
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

/** Resolves at the first SIGINT or SIGTERM, for what has no other end. */
export async function untilSignal(): Promise<void> {
  await new Promise((resolve) => onFirstSignal(resolve));
}
