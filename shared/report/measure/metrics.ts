import * as v from 'valibot';
import { readShape } from '../../read-shape.ts';

/** Bytes of a NAT gateway as CloudWatch metered them, per period. */
export interface Metered {
  readonly periodSeconds: number;
  /** The begin of each period in Unix seconds, ascending, and its bytes. */
  readonly points: readonly { readonly time: number; readonly bytes: number }[];
}

const DEFAULT_PERIOD_S = 60;
/** A gateway processes what comes in from both sides. Metrics of what goes out count the same bytes again. */
const COMES_IN = /bytes[_ ]?in[_ ]?from/i;

const TIME = v.pipe(
  v.union([v.string(), v.number()]),
  v.check((stamp) => Number.isInteger(secondsOf(stamp)), 'a time'),
  v.transform(secondsOf),
);
/** The sum of any number of these is finite, and a chart can draw it. */
const BYTES = v.pipe(
  v.number(),
  v.minValue(0, 'a number of bytes'),
  v.maxValue(Number.MAX_SAFE_INTEGER, 'a number of bytes below 2^53'),
);
const RESULT = v.pipe(
  v.object({
    Id: v.optional(v.string()),
    Label: v.optional(v.string()),
    Timestamps: v.array(TIME),
    Values: v.array(BYTES),
  }),
  v.check(
    ({ Timestamps, Values }) => Timestamps.length === Values.length,
    'one with as many Values as Timestamps',
  ),
);
type Result = v.InferOutput<typeof RESULT>;
const ANSWER = v.object({
  MetricDataResults: v.pipe(
    v.array(RESULT),
    v.minLength(1, 'a list that is not empty'),
    v.check(
      (results) => results.length === 1 || results.some(comesIn),
      'one with a result named BytesInFromSource or BytesInFromDestination',
    ),
  ),
});

/**
 * Reads CloudWatch's answer to GetMetricData. Adds up the results whose id or label names BytesInFromSource or
 * BytesInFromDestination; a single result needs no name.
 * @throws ShapeError naming `what` and the member that is not as CloudWatch answers.
 */
export function readMetrics(answer: unknown, what = 'the answer of CloudWatch'): Metered {
  const { MetricDataResults: results } = readShape(ANSWER, answer, what);
  const named = results.filter(comesIn);
  const byTime = new Map<number, number>();
  for (const { Timestamps, Values } of named.length > 0 ? named : results) {
    for (const [index, time] of Timestamps.entries()) {
      byTime.set(time, (byTime.get(time) ?? 0) + (Values[index] ?? 0));
    }
  }
  const points = [...byTime].map(([time, bytes]) => ({ time, bytes }));
  points.sort((a, b) => a.time - b.time);
  return { periodSeconds: periodOf(points.map(({ time }) => time)), points };
}

/** The bytes of all periods that overlap the time from `start` to `end`, both in Unix seconds. */
export function meteredBetween(
  { periodSeconds, points }: Metered,
  start: number,
  end: number,
): number {
  return points
    .filter(({ time }) => time + periodSeconds > start && time < Math.max(end, start + 1))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The bytes of a time within a recording, in Unix seconds. A period at its edge counts by its part. */
export function meteredDuring(
  { periodSeconds, points }: Metered,
  from: number,
  until: number,
): number {
  const bytes = points.reduce((sum, point) => {
    const overlap = Math.min(point.time + periodSeconds, until) - Math.max(point.time, from);
    return sum + (Math.max(0, overlap) / periodSeconds) * point.bytes;
  }, 0);
  return Math.round(bytes);
}

function comesIn({ Id, Label }: Result): boolean {
  return COMES_IN.test(`${Id} ${Label}`);
}

/** Unix seconds; NaN for what no Date can hold. */
function secondsOf(stamp: string | number): number {
  const date = new Date(typeof stamp === 'number' ? stamp * 1000 : stamp);
  return Math.floor(date.getTime() / 1000);
}

function periodOf(times: readonly number[]): number {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return gaps.length === 0 ? DEFAULT_PERIOD_S : Math.min(...gaps);
}
