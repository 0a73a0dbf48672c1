import type { Capture } from './flow-log-delivery.ts';
import type { Traffic } from './traffic.ts';

const MINUTE = 60_000;

/** When the alarm of a gateway was raised, Unix milliseconds. */
export interface Alarm {
  readonly gatewayId: string;
  readonly at: number;
}

/** What each recording has captured until now, by its id. */
export function capturedShares(
  traffic: Traffic,
  captures: readonly Capture[],
  alarms: readonly Alarm[],
  now: number,
): Map<string, number> {
  return new Map(
    captures.map(({ flowLog, gatewayId, until }) => {
      const capture = { flowLog, gatewayId, until: Math.min(until, now) };
      const createdAt = Date.parse(flowLog.createdAt);
      const alarm = alarms.findLast((each) => each.gatewayId === gatewayId && each.at <= createdAt);
      const share = capturedShare(traffic, capture, alarm?.at ?? createdAt);
      return [flowLog.tags['natflow:recording'] ?? '', share];
    }),
  );
}

/**
 * The share of the bytes through a gateway that its flow log captured, of all from the alarm until the flow log was
 * deleted. It is counted from the exchanges themselves, to hold against what a report makes of lines and metrics.
 */
function capturedShare(traffic: Traffic, capture: Capture, alarmAt: number): number {
  const { flowLog, gatewayId, until } = capture;
  const through = bytesBetween(traffic, gatewayId, alarmAt, until);
  const captured = bytesBetween(traffic, gatewayId, Math.max(alarmAt, flowLog.beginsAt), until);
  return through === 0 ? 0 : captured / through;
}

function bytesBetween(traffic: Traffic, gatewayId: string, from: number, until: number): number {
  let bytes = 0;
  for (let start = from - (from % MINUTE); start < until; start += MINUTE) {
    const minute = traffic.minute(gatewayId, Math.round((start - traffic.start) / MINUTE));
    bytes += minute.bytes(from, until);
  }
  return bytes;
}
