import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds reserved for the answer after the last datagram. */
const ANSWER_MS = 2000;

/** The milliseconds that may be spent on sending, given the invocation's remaining time. */
export function timeToSend(remainingMs: number): number {
  return remainingMs - Math.min(ANSWER_MS, remainingMs / 4);
}

/** The result of the work, or undefined when it takes longer than `ms`. The work is not stopped. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  if (ms === Number.POSITIVE_INFINITY) return await work;
  const timer = new AbortController();
  const late = sleep(Math.max(0, ms), undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
