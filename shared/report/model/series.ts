import { ADDRESS_WORDS } from '../../flow/address-key.ts';
import type { Aggregate } from '../measure/aggregate.ts';
import { sourceText } from '../measure/exchange.ts';
import { BYTES } from '../measure/flow-tables.ts';
import type { Timeline } from './charts.ts';
import type { Grouping } from './source-groups.ts';
import { type MinuteBytes, type Steps, stepOf, stepSums } from './time-steps.ts';

/** Some minutes together: what all sources had, and what each group had, by its number. */
interface Window {
  bytes: number;
  readonly groups: number[];
}

/**
 * The bytes of each source group in each step, and those of the others. What a group had is known for windows of
 * one or more minutes; within a window, all minutes are divided in the same parts.
 */
export function seriesOf(
  aggregate: Aggregate,
  grouping: Grouping,
  steps: Steps,
  lines: readonly MinuteBytes[],
): Timeline['series'] {
  const { groups } = grouping;
  const { seriesMinutes } = aggregate.tables;
  const windows = windowsOf(aggregate, grouping, lines);
  const sums = groups.map(() => new Array<number>(steps.count).fill(0));
  const done = new Map<Window, number>();
  for (const { minute, bytes } of lines) {
    const window = windows.get(Math.floor(minute / seriesMinutes));
    if (window === undefined) continue;
    const before = done.get(window) ?? 0;
    done.set(window, before + bytes);
    for (const [group, part] of divided(window, before, before + bytes).entries()) {
      const series = sums[group];
      const step = stepOf(steps, minute);
      if (series !== undefined) series[step] = (series[step] ?? 0) + part;
    }
  }
  const named = groups.map(({ label }, group) => ({ label, bytes: sums[group] ?? [] }));
  return withOthers(named, stepSums(steps, lines));
}

function windowsOf(
  { tables: { series, seriesMinutes } }: Aggregate,
  { groups, groupOf }: Grouping,
  lines: readonly MinuteBytes[],
): Map<number, Window> {
  const windows = new Map<number, Window>();
  for (const { minute, bytes } of lines) {
    const number = Math.floor(minute / seriesMinutes);
    const window = windows.get(number) ?? { bytes: 0, groups: groups.map(() => 0) };
    window.bytes += bytes;
    windows.set(number, window);
  }
  for (const entry of series.entries()) {
    const key = series.keyOf(entry);
    const window = windows.get(Math.floor((key[ADDRESS_WORDS] ?? 0) / seriesMinutes));
    const group = groupOf(sourceText(key, 0));
    if (window === undefined || group === undefined) continue;
    window.groups[group] = (window.groups[group] ?? 0) + series.value(entry, BYTES);
  }
  return windows;
}

/**
 * What each group has of a window's bytes from `from` to `to`. Running sums are rounded, over the groups and over the
 * bytes, so that the parts of all minutes add up to what the group has.
 */
function divided({ bytes, groups }: Window, from: number, to: number): number[] {
  const until = (sum: number, at: number) => {
    if (at === bytes || sum === bytes) return Math.min(sum, at);
    return Math.floor((at / bytes) * sum);
  };
  let [sum, before] = [0, 0];
  return groups.map((group) => {
    sum += group;
    const reached = until(sum, to) - until(sum, from);
    const part = reached - before;
    before = reached;
    return part;
  });
}

function withOthers(series: Timeline['series'], total: readonly number[]): Timeline['series'] {
  const others = total.map((bytes, step) =>
    series.reduce((rest, each) => rest - (each.bytes[step] ?? 0), bytes),
  );
  return others.some((bytes) => bytes > 0)
    ? [...series, { label: 'others', bytes: others }]
    : series;
}
