import type { Aggregate } from '../measure/aggregate.ts';
import { ADDRESS_WORDS, addressText } from '../measure/exchange.ts';
import { BYTES } from '../measure/flow-totals.ts';
import type { Timeline } from './charts.ts';
import { type AlarmContext, gatewayTimelines } from './gateway-timelines.ts';
import type { Report } from './report.ts';
import type { Grouping } from './source-groups.ts';
import {
  MINUTE_S,
  minutesMetered,
  minutesOf,
  type Steps,
  stepOf,
  stepSums,
  stepsOf,
} from './time-steps.ts';

/**
 * Bytes over time of the source groups and of the others, on an axis that has all lines and the whole recording;
 * undefined when no line has a time.
 */
export function timelineOf(
  aggregate: Aggregate,
  grouping: Grouping,
  { recording, ...alarm }: AlarmContext & Pick<Report, 'recording'>,
): Timeline | undefined {
  const lines = minutesOf(aggregate.forwarded.minutes);
  if (lines.length === 0) return undefined;
  const steps = stepsOf([...lines.map(({ minute }) => minute), ...recordedMinutes(recording)]);
  const total = stepSums(steps, lines);
  return {
    start: steps.first * MINUTE_S,
    stepSeconds: steps.minutes * MINUTE_S,
    total,
    series: seriesOf(aggregate, grouping, steps, total),
    metered: alarm.metered && stepSums(steps, minutesMetered(alarm.metered)),
    threshold: alarm.threshold,
    ...gatewayTimelines(aggregate, steps, alarm),
  };
}

function recordedMinutes(recording: Report['recording']): number[] {
  const { start, end } = recording ?? {};
  return [start, end].flatMap((time) =>
    time === undefined ? [] : [Math.floor(Date.parse(time) / (MINUTE_S * 1000))],
  );
}

function seriesOf(
  { forwarded: { series } }: Aggregate,
  { groups, groupOf }: Grouping,
  steps: Steps,
  total: readonly number[],
): Timeline['series'] {
  const sums = groups.map(() => new Array<number>(steps.count).fill(0));
  const others = [...total];
  for (const entry of series.entries()) {
    const key = series.keyOf(entry);
    const group = sums[groupOf(addressText(key, 0)) ?? -1];
    const step = stepOf(steps, key[ADDRESS_WORDS] ?? 0);
    const bytes = series.value(entry, BYTES);
    if (group === undefined) continue;
    group[step] = (group[step] ?? 0) + bytes;
    others[step] = (others[step] ?? 0) - bytes;
  }
  const named = groups.map(({ label }, index) => ({ label, bytes: sums[index] ?? [] }));
  const hasOthers = others.some((bytes) => bytes > 0);
  return hasOthers ? [...named, { label: 'others', bytes: others }] : named;
}
