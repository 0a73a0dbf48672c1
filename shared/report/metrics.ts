/** Bytes that CloudWatch metered, per period. */
export interface Metered {
  readonly periodSeconds: number;
  /** Unix seconds of each period's begin, ascending, and its bytes. */
  readonly points: readonly { readonly time: number; readonly bytes: number }[];
}

interface Result {
  readonly Id?: string;
  readonly Label?: string;
  readonly Timestamps: readonly (string | number)[];
  readonly Values: readonly number[];
}

/** What comes in from either side is what the gateway processes; what goes out is the same again. */
const COMES_IN = /bytes[_ ]?in[_ ]?from/i;
const DEFAULT_PERIOD_S = 60;

/**
 * Reads CloudWatch's answer to GetMetricData: the results whose id or label says BytesInFromSource or
 * BytesInFromDestination, added up; when none says so, the only result there is.
 * @throws RangeError saying what is missing.
 */
export function readMetrics(answer: unknown): Metered {
  const results = resultsOf(answer);
  const named = results.filter(({ Id, Label }) => COMES_IN.test(`${Id} ${Label}`));
  if (named.length === 0 && results.length > 1) {
    throw new RangeError('no result is named BytesInFromSource or BytesInFromDestination');
  }
  const byTime = new Map<number, number>();
  for (const { Timestamps, Values } of named.length > 0 ? named : results) {
    for (const [index, stamp] of Timestamps.entries()) {
      const time = secondsOf(stamp);
      byTime.set(time, (byTime.get(time) ?? 0) + (Values[index] ?? 0));
    }
  }
  const points = [...byTime].map(([time, bytes]) => ({ time, bytes }));
  points.sort((a, b) => a.time - b.time);
  return { periodSeconds: periodOf(points.map(({ time }) => time)), points };
}

/** The bytes of all periods that overlap the time from `start` to `end`, in Unix seconds. */
export function meteredBetween(
  { periodSeconds, points }: Metered,
  start: number,
  end: number,
): number {
  return points
    .filter(({ time }) => time + periodSeconds > start && time < Math.max(end, start + 1))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

function resultsOf(answer: unknown): Result[] {
  const results = (answer as { MetricDataResults?: unknown } | null)?.MetricDataResults;
  if (!Array.isArray(results) || results.length === 0) {
    throw new RangeError('has no MetricDataResults');
  }
  for (const { Timestamps, Values } of results) {
    if (!Array.isArray(Timestamps) || Values?.length !== Timestamps.length) {
      throw new RangeError('a result has no Values to its Timestamps');
    }
    if (!Values.every(Number.isFinite)) throw new RangeError('a value is no number');
  }
  return results;
}

function secondsOf(stamp: string | number): number {
  const ms = typeof stamp === 'number' ? stamp * 1000 : Date.parse(stamp);
  if (!Number.isFinite(ms)) throw new RangeError(`"${stamp}" is no time`);
  return Math.floor(ms / 1000);
}

function periodOf(times: readonly number[]): number {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return gaps.length === 0 ? DEFAULT_PERIOD_S : Math.min(...gaps);
}
