import * as v from 'valibot';

/** How a stack's budget stands, as the controller answers it. Times are Unix milliseconds, amounts US dollars. */
export const BUDGET = v.object({
  /** `reached`, `unmetered` and `unknown`: no recording begins. */
  status: v.picklist(['open', 'reached', 'unmetered', 'unknown']),
  /** Why it is unmetered or unknown. */
  reason: v.optional(v.string()),
  /** Since when it counts, and when it is reset by itself. */
  since: v.number(),
  until: v.number(),
  /** Delivered as CloudWatch shows it, and what it costs. */
  bytes: v.number(),
  dollars: v.number(),
  /** With lines that CloudWatch does not show yet, while something is recorded. */
  expectedDollars: v.number(),
  /** How long there were flow logs, in milliseconds, all gateways together. */
  recordingTime: v.number(),
  /** 0: no limit. */
  limits: v.object({ dollars: v.number(), recordingTime: v.number() }),
  /** What a GiB of lines costs. */
  prices: v.array(v.object({ part: v.string(), perGib: v.number() })),
  /** When the limit was reached, if it is. */
  reachedAt: v.optional(v.number()),
});

export type BudgetAnswer = v.InferOutput<typeof BUDGET>;
