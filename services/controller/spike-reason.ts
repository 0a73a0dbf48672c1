import * as v from 'valibot';

/** What CloudWatch says of a spike, in bytes per minute. */
export interface Spike {
  readonly now: number;
  readonly threshold: number;
  /** Seconds over which the alarm compares. */
  readonly period: number;
}

const NUMBERS = v.array(v.nullable(v.number()));

/**
 * CloudWatch's StateReasonData. An alarm with a fixed threshold has `threshold`; one with an anomaly band has
 * `recentUpperThresholds`, the newest last. `period` is in seconds.
 */
const REASON_DATA = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    period: v.optional(v.pipe(v.number(), v.minValue(1)), 60),
    recentDatapoints: NUMBERS,
    threshold: v.nullish(v.number()),
    recentUpperThresholds: v.optional(NUMBERS, []),
  }),
);

/** From CloudWatch's reason data; undefined when it does not say. */
export function readSpike(reasonData: string | undefined): Spike | undefined {
  const { success, output } = v.safeParse(REASON_DATA, reasonData);
  if (!success) return undefined;
  const perMinute = 60 / output.period;
  const now = output.recentDatapoints.at(-1);
  const threshold = output.threshold ?? output.recentUpperThresholds.at(-1);
  if (now == null || threshold == null) return undefined;
  const { period } = output;
  return { now: now * perMinute, threshold: threshold * perMinute, period };
}
