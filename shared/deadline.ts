/** Milliseconds reserved for the answer after the last datagram. */
const ANSWER_MS = 2000;

/** The milliseconds that may be spent on sending, given the invocation's remaining time. */
export function timeToSend(remainingMs: number): number {
  return remainingMs - Math.min(ANSWER_MS, remainingMs / 4);
}
