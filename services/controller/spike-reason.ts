/** What CloudWatch says of a spike, in bytes per minute. */
export interface Spike {
  readonly now: number;
  readonly threshold: number;
}

/** From CloudWatch's reason data, whose members differ with the kind of alarm; undefined when it does not say. */
export function readSpike(reasonData: string | undefined): Spike | undefined {
  try {
    const data = JSON.parse(reasonData ?? '');
    const perMinute = 60 / (data.period ?? 60);
    const now = data.recentDatapoints?.at(-1) * perMinute;
    const threshold = (data.threshold ?? data.recentUpperThresholds?.at(-1)) * perMinute;
    return Number.isFinite(now) && Number.isFinite(threshold) ? { now, threshold } : undefined;
  } catch {
    return undefined;
  }
}
