import type { Timeline } from '../charts.ts';
import type { Colours } from './colours.ts';
import type { Cellular, Selected, Selection } from './select.ts';

/**
 * The bytes of what filters leave on the whole report's axis, and behind them what it would be at other times. The
 * alarm and CloudWatch see all traffic, so that neither the threshold nor what was metered is on it.
 */
export function filteredTimeline(
  { timeline, cells }: Cellular,
  { selected }: Selection,
  colours: Colours,
): Timeline | undefined {
  if (timeline === undefined) return undefined;
  const { stepSeconds } = cells;
  const end = timeline.start + timeline.stepSeconds * timeline.total.length;
  const start = timeline.start - (timeline.start % stepSeconds);
  const count = Math.ceil((end - start) / stepSeconds);
  const before = (cells.start - start) / stepSeconds;
  const sumOf = (some: readonly Selected[], pick: (each: Selected) => Selected['steps']) => {
    const sums = new Array<number>(count).fill(0);
    for (const [step, bytes] of some.flatMap(pick)) {
      sums[step + before] = (sums[step + before] ?? 0) + bytes;
    }
    return sums;
  };
  const inTime = ({ steps }: Selected) => steps;
  const byColour = Map.groupBy(selected, ({ source }) => colours.of(source));
  const series = colours.groups.groups.map(({ label }, group) => ({
    label,
    bytes: sumOf(byColour.get(group) ?? [], inTime),
  }));
  const rest = byColour.get(undefined);
  const total = sumOf(selected, inTime);
  const allTimes = sumOf(selected, ({ allSteps }) => allSteps);
  return {
    ...{ start, stepSeconds, total, seriesMinutes: stepSeconds / 60 },
    series:
      rest === undefined ? series : [...series, { label: 'others', bytes: sumOf(rest, inTime) }],
    allTimes: allTimes.some((bytes, step) => bytes !== total[step]) ? allTimes : undefined,
    ...{ periodSeconds: stepSeconds, peaksOf: 'lines', gateways: [] },
  };
}
