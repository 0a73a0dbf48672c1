/** What answering takes after the last datagram: some milliseconds, on a busy machine more. */
const ANSWER_MS = 2000;

/** How many of the milliseconds that an invocation has left may be spent on sending: the answer comes after. */
export function timeToSend(remainingMs: number): number {
  return remainingMs - Math.min(ANSWER_MS, remainingMs / 4);
}
