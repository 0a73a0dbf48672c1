import * as v from 'valibot';
import { readControllerCommand } from '../../shared/contract/controller.ts';
import { gatewayOfAlarm } from '../../shared/gateway/nat-gateway.ts';
import { optionalMember, readShape, ShapeError } from '../../shared/read-shape.ts';
import type { Alarm, WatchEvent } from './watch.ts';

/** What a raw event asks for; an event that is not for this stack says why. */
export type Request =
  | { readonly kind: 'gateway'; readonly gatewayId: string; readonly event: WatchEvent }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'list' }
  | { readonly kind: 'doctor' }
  | { readonly kind: 'budget' }
  | { readonly kind: 'reset-budget' }
  | { readonly kind: 'stack'; readonly event: WatchEvent }
  | { readonly kind: 'ignored'; readonly why: string };

/** What an alarm event says, whether or not the alarm belongs to this stack. */
export interface AlarmNews {
  readonly alarmName: string;
  readonly alarm: Alarm;
  /** The NAT gateways among its metrics, in any position. */
  readonly gatewayIds: readonly string[];
}

// The offset comes as +0000: Date.parse takes it, Temporal would not.
const Time = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text)), 'a time'),
  v.transform(Date.parse),
);

const GatewayMetric = v.object({
  metricStat: v.object({
    metric: v.object({ dimensions: v.object({ NatGatewayId: v.string() }) }),
  }),
});

const AlarmStateChange = v.object({
  'detail-type': v.literal('CloudWatch Alarm State Change'),
  time: v.optional(Time),
  detail: v.object({
    alarmName: v.string(),
    // Composite alarms have none. An element may be an expression, or a metric of another kind.
    configuration: v.object({ metrics: v.array(optionalMember(GatewayMetric)) }),
    state: v.object({
      value: v.picklist(['OK', 'ALARM', 'INSUFFICIENT_DATA'] satisfies Alarm['state'][]),
      timestamp: v.optional(Time),
      reasonData: optionalMember(v.string()),
    }),
  }),
});

/** A custom resource's request. */
const StackEvent = v.object({ RequestType: v.picklist(['Create', 'Update', 'Delete']) });

/**
 * Reads any event the function may be called with; never throws. An alarm is this stack's when it has the
 * name of the alarm of a gateway, and that gateway is among its metrics.
 */
export function readEvent(raw: unknown, stack: string): Request {
  try {
    if (isObject(raw) && 'detail-type' in raw) return ofAlarm(readAlarm(raw), stack);
    if (isObject(raw) && 'RequestType' in raw) return readStackEvent(raw);
    return readCommand(raw);
  } catch (error) {
    if (error instanceof ShapeError) return ignored(error.message);
    throw error;
  }
}

/**
 * The news of a 'CloudWatch Alarm State Change' event of a metric alarm.
 * @throws ShapeError for every other event.
 */
export function readAlarm(raw: unknown): AlarmNews {
  const { time, detail } = readShape(AlarmStateChange, raw, 'event');
  const { value: state, timestamp, reasonData } = detail.state;
  const since = timestamp ?? time;
  if (since === undefined) throw new ShapeError('event: detail.state.timestamp is missing');
  const ids = detail.configuration.metrics
    .map((element) => element?.metricStat.metric.dimensions.NatGatewayId)
    .filter((id) => id !== undefined);
  return {
    alarmName: detail.alarmName,
    alarm: { state, since, ...(reasonData !== undefined && { reasonData }) },
    gatewayIds: [...new Set(ids)],
  };
}

/**
 * The alarms of this stack by the gateway they watch. Those of stacks with similar names are left out. While a
 * gateway has two, the sweep's counts: it is the older one, and knows when the spike began.
 */
export function byGateway<Named extends { readonly name: string }>(
  alarms: readonly Named[],
  stack: string,
): Map<string, Named & { readonly isFollowed: boolean }> {
  const found = new Map<string, Named & { readonly isFollowed: boolean }>();
  for (const alarm of alarms) {
    const { gatewayId, isFollowed } = gatewayOfAlarm(stack, alarm.name) ?? {};
    if (gatewayId === undefined || found.get(gatewayId)?.isFollowed) continue;
    found.set(gatewayId, { ...alarm, isFollowed: isFollowed === true });
  }
  return found;
}

function ofAlarm({ alarmName, alarm, gatewayIds }: AlarmNews, stack: string): Request {
  const named = gatewayOfAlarm(stack, alarmName);
  if (named === undefined || !gatewayIds.includes(named.gatewayId)) {
    return ignored(`alarm ${JSON.stringify(alarmName)} is not ours`);
  }
  const told = named.isFollowed ? { ...alarm, isFollowed: true } : alarm;
  return ofGateway(named, { kind: 'alarm', alarm: told });
}

function readStackEvent(raw: unknown): Request {
  const { RequestType } = readShape(StackEvent, raw, 'CloudFormation request');
  // Roles of a stack that is new may not be known everywhere yet, and there is no recording to go on with.
  if (RequestType === 'Create') return ignored('a new stack has nothing to go on with');
  return { kind: 'stack', event: { kind: RequestType === 'Delete' ? 'close' : 'open' } };
}

function readCommand(raw: unknown): Request {
  const request = readControllerCommand(raw);
  switch (request.command) {
    case 'sweep':
    case 'list':
    case 'doctor':
    case 'budget':
    case 'reset-budget':
      return { kind: request.command };
    case 'start':
      return ofGateway(request, { kind: 'start', minutes: request.minutes });
    case 'timer':
      return ofGateway(request, { kind: 'timer', recordingId: request.recordingId });
    case 'stop':
    case 'reset':
      return ofGateway(request, { kind: request.command });
  }
}

function ofGateway({ gatewayId }: { readonly gatewayId: string }, event: WatchEvent): Request {
  return { kind: 'gateway', gatewayId, event };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function ignored(why: string): Request {
  return { kind: 'ignored', why };
}
