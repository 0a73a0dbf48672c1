import { type FlowTables, MINUTE } from '../measure/flow-tables.ts';
import type { Metered } from '../measure/metrics.ts';

export const MINUTE_S = 60;
const MOST_STEPS = 240;
/** Minutes of a step, chosen for readable axes; beyond the last, steps are doubled. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];

/** The steps of a time axis: the minute since 1970 of the first, the minutes of each, and how many there are. */
export interface Steps {
  readonly first: number;
  readonly minutes: number;
  readonly count: number;
}

/** The bytes of a minute since 1970. */
export interface MinuteBytes {
  readonly minute: number;
  readonly bytes: number;
}

/** The fewest minutes to a step that need no more than 240 steps from the least minute to the last. */
export function stepsOf(minutes: Iterable<number>): Steps {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const minute of minutes) [low, high] = [Math.min(low, minute), Math.max(high, minute)];
  let minutesPerStep = STEPS.find((step) => (high - low) / step < MOST_STEPS - 1) ?? 1440;
  while ((high - low) / minutesPerStep >= MOST_STEPS - 1) minutesPerStep *= 2;
  const first = low - (low % minutesPerStep);
  return {
    first,
    minutes: minutesPerStep,
    count: Math.floor((high - first) / minutesPerStep) + 1,
  };
}

/** The number of the step that a minute is in; less than 0, or the count and more, for one beside the axis. */
export function stepOf({ first, minutes }: Steps, minute: number): number {
  return Math.floor((minute - first) / minutes);
}

/** The bytes of each step; minutes beside the axis are left out. */
export function stepSums(steps: Steps, minutes: Iterable<MinuteBytes>): number[] {
  const sums = new Array<number>(steps.count).fill(0);
  for (const { minute, bytes } of minutes) {
    const step = stepOf(steps, minute);
    const before = sums[step];
    if (before !== undefined) sums[step] = before + bytes;
  }
  return sums;
}

/** The minutes that lines have bytes in, by the number of the gateway. */
export function minutesByGateway({ minutes }: FlowTables): Map<number, MinuteBytes[]> {
  const gateways = new Map<number, MinuteBytes[]>();
  for (const entry of minutes.entries()) {
    const key = minutes.keyOf(entry);
    const [minute = 0, gateway = 0] = [key[MINUTE.minute], key[MINUTE.gateway]];
    const list = gateways.get(gateway) ?? [];
    list.push({ minute, bytes: minutes.value(entry, 0) });
    gateways.set(gateway, list);
  }
  return gateways;
}

/** The minutes that lines have bytes in, of all gateways together. */
export function minutesOf(tables: FlowTables): MinuteBytes[] {
  const sums = new Map<number, number>();
  for (const { minute, bytes } of [...minutesByGateway(tables).values()].flat()) {
    sums.set(minute, (sums.get(minute) ?? 0) + bytes);
  }
  return [...sums].map(([minute, bytes]) => ({ minute, bytes }));
}

/** The minutes in which what CloudWatch metered begins. */
export function minutesMetered({ points }: Metered): MinuteBytes[] {
  return points.map(({ time, bytes }) => ({ minute: Math.floor(time / MINUTE_S), bytes }));
}
