import { isGatewayId } from '../../shared/gateway-id.ts';
import { shorten } from '../../shared/text/shorten.ts';
import type { Alarm, WatchEvent } from './watch.ts';

/** What a raw event asks for; what is none of ours says why. */
export type Request =
  | { readonly kind: 'gateway'; readonly gatewayId: string; readonly event: WatchEvent }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'list' }
  | { readonly kind: 'stack'; readonly event: WatchEvent }
  | { readonly kind: 'ignored'; readonly why: string };

/** What an alarm event says, whether or not the alarm is ours. */
export interface AlarmNews {
  readonly alarmName: string;
  readonly alarm: Alarm;
  /** The NAT gateways among its metrics, wherever they stand. */
  readonly gatewayIds: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** A log line quotes this much of a foreign value. */
const LONGEST_QUOTED = 100;
const STATES: readonly unknown[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] satisfies Alarm['state'][];

/**
 * Reads any event the function may be called with; never throws. An alarm is ours when its name is the
 * prefix and the gateway's id, and that gateway is among its metrics.
 */
export function readEvent(raw: unknown, alarmPrefix: string): Request {
  if (!isObject(raw)) return ignored('not an object');
  if ('detail-type' in raw) return readEventBridge(raw, alarmPrefix);
  if ('RequestType' in raw) return readStackEvent(raw);
  return readCommand(raw);
}

/** The news of a 'CloudWatch Alarm State Change' event; undefined for every other, composite alarms among them. */
export function readAlarm(raw: unknown): AlarmNews | undefined {
  const event = object(raw);
  const detail = object(event['detail']);
  const { value, timestamp, reasonData } = object(detail['state']);
  const { metrics } = object(detail['configuration']);
  const alarmName = detail['alarmName'];
  if (event['detail-type'] !== 'CloudWatch Alarm State Change') return undefined;
  if (!Array.isArray(metrics) || typeof alarmName !== 'string' || !isState(value)) return undefined;
  // The offset comes as +0000: Date.parse takes it, Temporal would not.
  const since = Date.parse(textOf(timestamp ?? event['time']));
  if (Number.isNaN(since)) return undefined;
  const alarm: Alarm =
    typeof reasonData === 'string' ? { state: value, since, reasonData } : { state: value, since };
  return { alarmName, alarm, gatewayIds: gatewaysOf(metrics) };
}

/** The alarms that are ours, by the gateway they watch; stacks with similar names do not get in. */
export function byGateway<Named extends { readonly name: string }>(
  alarms: readonly Named[],
  alarmPrefix: string,
): Map<string, Named> {
  const found = new Map<string, Named>();
  for (const alarm of alarms) {
    const gatewayId = gatewayOf(alarm.name, alarmPrefix);
    if (gatewayId !== undefined) found.set(gatewayId, alarm);
  }
  return found;
}

function gatewayOf(alarmName: string, alarmPrefix: string): string | undefined {
  if (!alarmName.startsWith(alarmPrefix)) return undefined;
  const gatewayId = alarmName.slice(alarmPrefix.length);
  return isGatewayId(gatewayId) ? gatewayId : undefined;
}

function readEventBridge(raw: Json, alarmPrefix: string): Request {
  const news = readAlarm(raw);
  if (news === undefined) return ignored(`${textOf(raw['detail-type'])} of no metric alarm`);
  const gatewayId = gatewayOf(news.alarmName, alarmPrefix);
  return gatewayId === undefined || !news.gatewayIds.includes(gatewayId)
    ? ignored(`alarm ${news.alarmName} is not ours`)
    : { kind: 'gateway', gatewayId, event: { kind: 'alarm', alarm: news.alarm } };
}

function gatewaysOf(metrics: readonly unknown[]): string[] {
  const ids = metrics
    .map((element) => object(object(object(element)['metricStat'])['metric']))
    .map((metric) => object(metric['dimensions'])['NatGatewayId'])
    .filter((id) => typeof id === 'string');
  return [...new Set(ids)];
}

/** A custom resource's request: CloudFormation creates, updates or deletes the stack. */
function readStackEvent(raw: Json): Request {
  return { kind: 'stack', event: { kind: raw['RequestType'] === 'Delete' ? 'close' : 'open' } };
}

function readCommand(raw: Json): Request {
  const { command, gatewayId } = raw;
  if (command === 'sweep' || command === 'list') return { kind: command };
  if (!isGatewayId(gatewayId)) {
    return ignored(`command ${textOf(command)} for ${textOf(gatewayId)}`);
  }
  const event = commandEvent(raw);
  return event === undefined
    ? ignored(`command ${textOf(command)}`)
    : { kind: 'gateway', gatewayId, event };
}

function commandEvent({ command, recordingId, minutes }: Json): WatchEvent | undefined {
  switch (command) {
    case 'timer':
      return typeof recordingId === 'string' ? { kind: 'timer', recordingId } : undefined;
    case 'start':
      if (minutes === undefined) return { kind: 'start' };
      return typeof minutes === 'number' && minutes > 0 ? { kind: 'start', minutes } : undefined;
    case 'stop':
    case 'reset':
      return { kind: command };
    default:
      return undefined;
  }
}

function isState(value: unknown): value is Alarm['state'] {
  return STATES.includes(value);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

function ignored(why: string): Request {
  return { kind: 'ignored', why };
}

/** String() would throw on an object whose toString is none. */
function textOf(value: unknown): string {
  return shorten(typeof value === 'string' ? value : `${JSON.stringify(value)}`, LONGEST_QUOTED);
}
