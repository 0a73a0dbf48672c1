import type { Aggregate } from '../measure/aggregate.ts';
import type { Timeline } from './charts.ts';
import { type AlarmContext, gatewayTimelines } from './gateway-timelines.ts';
import type { Report } from './report.ts';
import { seriesOf } from './series.ts';
import type { Grouping } from './source-groups.ts';
import { MINUTE_S, minutesMetered, minutesOf, stepSums, stepsOf } from './time-steps.ts';

/**
 * Bytes over time of the source groups and of the others, on an axis that has all lines and the whole recording;
 * undefined when no line has a time.
 */
export function timelineOf(
  aggregate: Aggregate,
  grouping: Grouping,
  { recording, ...alarm }: AlarmContext & Pick<Report, 'recording'>,
): Timeline | undefined {
  const lines = minutesOf(aggregate.tables);
  if (lines.length === 0) return undefined;
  const steps = stepsOf([...lines.map(({ minute }) => minute), ...recordedMinutes(recording)]);
  const total = stepSums(steps, lines);
  return {
    start: steps.first * MINUTE_S,
    stepSeconds: steps.minutes * MINUTE_S,
    total,
    seriesMinutes: aggregate.tables.seriesMinutes,
    series: seriesOf(aggregate, grouping, steps, lines),
    metered: alarm.metered && stepSums(steps, minutesMetered(alarm.metered)),
    threshold: alarm.threshold,
    ...gatewayTimelines(aggregate, steps, alarm),
  };
}

function recordedMinutes(recording: Report['recording']): number[] {
  const { madeAt, endedAt } = recording ?? {};
  return [madeAt, endedAt].flatMap((time) =>
    time === undefined ? [] : [Math.floor(Date.parse(time) / (MINUTE_S * 1000))],
  );
}
