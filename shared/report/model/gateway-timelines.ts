import type { Aggregate } from '../measure/aggregate.ts';
import type { Metered } from '../measure/metrics.ts';
import type { GatewayTimeline, Timeline } from './charts.ts';
import { gatewayOf, nameTag } from './network.ts';
import {
  MINUTE_S,
  type MinuteBytes,
  minutesByGateway,
  minutesMetered,
  type Steps,
  stepOf,
  stepSums,
} from './time-steps.ts';
import type { VpcDescription } from './vpc-description.ts';

const DEFAULT_PERIOD_S = 60;

/** The alarm of a gateway, and what it compares with its threshold. */
export interface AlarmContext {
  /** Bytes per minute. */
  readonly threshold?: number | undefined;
  /** Seconds; a minute by default. */
  readonly alarmPeriod?: number | undefined;
  readonly metered?: Metered | undefined;
  readonly network?: VpcDescription | undefined;
}

/** A period of an alarm: the steps that it touches, and its mean bytes per minute. */
interface Period {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly mean: number;
}

/**
 * The bytes of each gateway in its alarm's periods: an alarm watches one gateway, and compares the mean of a period
 * with its threshold. What CloudWatch metered is what the alarm saw. Where that is not known, or could be that of
 * any of several gateways, the bytes of the lines stand for it.
 */
export function gatewayTimelines(
  aggregate: Aggregate,
  steps: Steps,
  {
    threshold = Number.POSITIVE_INFINITY,
    alarmPeriod = DEFAULT_PERIOD_S,
    ...context
  }: AlarmContext,
): Pick<Timeline, 'periodSeconds' | 'peaksOf' | 'gateways'> {
  const gateways = gatewaysOf(aggregate, context.network);
  const { metered } = context;
  const isMetered = gateways.length === 1 && (metered?.periodSeconds ?? Infinity) <= alarmPeriod;
  const seen = isMetered && metered !== undefined ? minutesMetered(metered) : undefined;
  const timelines = gateways.map(({ name, lines }): GatewayTimeline => {
    const periods = periodsOf(seen ?? lines, steps, alarmPeriod);
    return {
      name,
      total: stepSums(steps, lines),
      peaks: peaksOf(periods, steps),
      over: periods.filter(({ mean }) => mean > threshold).length,
      periods: periods.length,
    };
  });
  timelines.sort((a, b) => sum(b.total) - sum(a.total));
  return {
    periodSeconds: alarmPeriod,
    peaksOf: seen === undefined ? 'lines' : 'metered',
    gateways: timelines,
  };
}

/** The gateways by their Name tag, or by their name in the lines. Several interfaces that are none have no alarm. */
function gatewaysOf(aggregate: Aggregate, network: VpcDescription = {}) {
  const { interfaces, gateways, tables } = aggregate;
  return [...minutesByGateway(tables)].flatMap(([gateway, lines]) => {
    const [only] = gateways.length === 1 ? gateways : [];
    const name = interfaces.find(({ number }) => number === gateway)?.name || only;
    if (name === undefined) return gateways.length === 0 ? [{ name: 'flow logs', lines }] : [];
    return [{ name: nameTag(gatewayOf(name, network)?.Tags) || name, lines }];
  });
}

/** The periods with bytes on the axis. CloudWatch's begin at multiples of their length. */
function periodsOf(minutes: readonly MinuteBytes[], steps: Steps, seconds: number): Period[] {
  const sums = new Map<number, number>();
  for (const { minute, bytes } of minutes) {
    const period = Math.floor((minute * MINUTE_S) / seconds);
    sums.set(period, (sums.get(period) ?? 0) + bytes);
  }
  const stepAt = (second: number) => stepOf(steps, Math.floor(second / MINUTE_S));
  return [...sums]
    .map(([period, bytes]) => ({
      firstStep: stepAt(period * seconds),
      lastStep: stepAt((period + 1) * seconds - 1),
      mean: (bytes * MINUTE_S) / seconds,
    }))
    .filter(({ firstStep, lastStep }) => lastStep >= 0 && firstStep < steps.count);
}

function peaksOf(periods: readonly Period[], { count }: Steps): number[] {
  const peaks = new Array<number>(count).fill(0);
  for (const { firstStep, lastStep, mean } of periods) {
    for (let step = Math.max(0, firstStep); step <= Math.min(lastStep, count - 1); step++) {
      peaks[step] = Math.max(peaks[step] ?? 0, mean);
    }
  }
  return peaks;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
