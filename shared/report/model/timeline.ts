import { ADDRESS_WORDS } from '../../flow/address-key.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { BYTES, FLOWS } from '../measure/flow-tables.ts';
import type { Metered } from '../measure/metrics.ts';
import type { SourceRow, Timeline } from './report.ts';

const MINUTE_S = 60;
const MOST_STEPS = 240;
/** The most sources with a series of their own. */
const MOST_SERIES = 5;
/** Minutes of a step, chosen for readable axes; beyond the last, steps are doubled. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];

interface Steps {
  readonly first: number;
  readonly minutes: number;
  readonly count: number;
}

/** Bytes over time of the largest sources, and of the others; undefined when no line has a time. */
export function timelineOf(
  aggregate: Aggregate,
  sources: readonly SourceRow[],
  { metered, threshold }: { metered?: Metered | undefined; threshold?: number | undefined },
): Timeline | undefined {
  const { minutes } = aggregate.tables;
  if (minutes.size === 0) return undefined;
  const steps = stepsOf([...minutes.entries()].map((entry) => minutes.keyOf(entry)[0] ?? 0));
  const total = new Array<number>(steps.count).fill(0);
  for (const entry of minutes.entries()) {
    add(total, steps, minutes.keyOf(entry)[0] ?? 0, minutes.value(entry, 0));
  }
  const series = seriesOf(aggregate, sources.slice(0, MOST_SERIES), steps);
  const others = total.map((bytes, step) =>
    series.reduce((rest, each) => rest - (each.bytes[step] ?? 0), bytes),
  );
  return {
    start: steps.first * MINUTE_S,
    stepSeconds: steps.minutes * MINUTE_S,
    total,
    series: others.some((bytes) => bytes > 0)
      ? [...series, { label: 'others', bytes: others }]
      : series,
    metered: metered && meteredOf(metered, steps),
    threshold,
  };
}

function stepsOf(minutes: readonly number[]): Steps {
  const [low, high] = minutes.reduce(
    ([least, most], minute) => [Math.min(least, minute), Math.max(most, minute)],
    [Number.POSITIVE_INFINITY, 0],
  ) as [number, number];
  let minutesPerStep = STEPS.find((step) => (high - low) / step < MOST_STEPS - 1) ?? 1440;
  while ((high - low) / minutesPerStep >= MOST_STEPS - 1) minutesPerStep *= 2;
  const first = low - (low % minutesPerStep);
  return {
    first,
    minutes: minutesPerStep,
    count: Math.floor((high - first) / minutesPerStep) + 1,
  };
}

function add(steps: number[], { first, minutes }: Steps, minute: number, bytes: number): void {
  const step = Math.floor((minute - first) / minutes);
  const before = steps[step];
  if (before !== undefined) steps[step] = before + bytes;
}

function seriesOf(
  { tables: { sources: hitters, series } }: Aggregate,
  sources: readonly SourceRow[],
  steps: Steps,
) {
  return hitters
    .ranked(FLOWS)
    .slice(0, sources.length)
    .map((source, index) => {
      const client = hitters.keyOf(source);
      const bytes = new Array<number>(steps.count).fill(0);
      for (const entry of series.entries()) {
        if (!series.holds(entry, client)) continue;
        add(bytes, steps, series.keyOf(entry)[ADDRESS_WORDS] ?? 0, series.value(entry, BYTES));
      }
      const { address = '', id, name = id } = sources[index] ?? {};
      return { label: name ? `${name} (${address})` : address, bytes };
    });
}

function meteredOf({ points }: Metered, steps: Steps): number[] {
  const bytes = new Array<number>(steps.count).fill(0);
  for (const point of points) add(bytes, steps, Math.floor(point.time / MINUTE_S), point.bytes);
  return bytes;
}
