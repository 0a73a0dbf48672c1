import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds reserved for the answer after the last datagram. */
const ANSWER_MS = 2000;

/** The milliseconds that may be spent on sending, given the invocation's remaining time. */
export function timeToSend(remainingMs: number): number {
  return remainingMs - Math.min(ANSWER_MS, remainingMs / 4);
}

/** The milliseconds until a deadline, a time of `performance.now()`. */
export function msUntil(deadline: number): number {
  return deadline - performance.now();
}

/** A deadline that does not come, or patience without an end. */
export const NEVER = Number.POSITIVE_INFINITY;

/** The result of the work, or undefined when it takes longer than `ms`. The work is not stopped. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  if (ms === NEVER) return await work;
  const timer = new AbortController();
  const late = sleep(Math.max(0, ms), undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

/** How long before the deadline a port must end, so that its result is known in time. */
const PORT_SLACK_MS = 250;

/** The deadline to give to a port, for work whose result is needed by this deadline. */
export function portDeadline(deadline: number): number {
  return deadline - Math.min(PORT_SLACK_MS, msUntil(deadline) / 10);
}

/** @throws Error when the work has not ended by the deadline, or with its own reason. */
export async function endingBy<T>(deadline: number, work: Promise<T>, name: string): Promise<T> {
  const result = await inTime(work, msUntil(deadline));
  if (result === undefined) throw new Error(`${name} did not end in time`);
  return result;
}
