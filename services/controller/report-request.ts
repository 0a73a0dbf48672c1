import type { EndedRecording } from '../../shared/contract/ended-recording.ts';
import { readSpike } from './spike-reason.ts';
import type { Notification, Watch } from './watch.ts';

/** The order of a report, and when it is due (Unix milliseconds). */
export interface ReportRequest {
  readonly at: number;
  readonly recording: EndedRecording;
}

/**
 * The report that a notification calls for: of a recording that is over, once its last lines had time to arrive.
 * With the stack goes who would make it.
 */
export function reportRequest(
  notification: Notification,
  watch: Watch,
  delay: number,
): ReportRequest | undefined {
  if (notification.kind !== 'finished' || notification.recording.ending === 'closed')
    return undefined;
  const { recording } = notification;
  const { id, reasonData, spikeAt, startedAt = 0, endedAt = 0, deliveryError } = recording;
  const { collected } = recording;
  const { gatewayId, state } = watch;
  const spike = readSpike(reasonData ?? watch.alarm?.reasonData);
  return {
    at: endedAt + delay,
    recording: {
      ...{ id, gatewayId, spikeAt, startedAt, endedAt, deliveryError },
      ...{ gatewayName: state.gatewayName, collected },
      threshold: spike?.threshold,
      alarmPeriod: spike?.period,
      recordingsLeft: recordingsLeft(watch, notification.counted),
    },
  };
}

/** `7 of 10`; nothing where there is no limit. */
export function recordingsLeft({ rules }: Watch, counted: number): string | undefined {
  const cap = rules.numOfRecordings;
  return cap === 0 ? undefined : `${Math.max(0, cap - counted)} of ${cap}`;
}
