/**
 * How long a claim of a mail lasts, in milliseconds. An invocation claims a mail before it sends it. This is longer than
 * the controller's timeout, and than the reporter takes to send: an older claim is of an invocation that ended without
 * sending.
 */
const CLAIM_MS = 120_000;

/** Whether an invocation may still be sending a mail that was claimed then. Unix milliseconds. */
export function isClaimed({ claimedAt }: { readonly claimedAt: number }, now: number): boolean {
  return claimedAt + CLAIM_MS > now;
}
