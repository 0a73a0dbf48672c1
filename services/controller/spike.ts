import type { Alarm, Recording, Watch } from './watch.ts';

/** The event and DescribeAlarms round the same moment differently. */
const SAME_MOMENT = 1_000;

/** Whether the alarm is up and has not had its recording yet. */
export function isNewSpike(watch: Watch): watch is Watch & { alarm: Alarm } {
  const { alarm, state } = watch;
  return alarm?.state === 'ALARM' && alarm.since > state.settled + SAME_MOMENT;
}

/** When this recording has to end, by what is known now. */
export function stopTime(watch: Watch, recording: Recording): number {
  const deadline = recording.deadline ?? Number.POSITIVE_INFINITY;
  if (recording.cause === 'manual' || !isSpikeOver(watch.alarm, recording)) return deadline;
  const calm = Math.max(watch.alarm?.since ?? 0, recording.startedAt ?? 0);
  return Math.min(deadline, calm + watch.rules.minimumRecordingTime);
}

/** Whether it should end now; one that has not started yet has no minimum to keep. */
export function isOver(watch: Watch, recording: Recording, now: number): boolean {
  if (recording.phase === 'recording') return stopTime(watch, recording) <= now;
  const calm = recording.cause === 'alarm' && isSpikeOver(watch.alarm, recording);
  return calm || timeIsUp(recording, now);
}

/** INSUFFICIENT_DATA is no spike either, nor is an alarm that was deleted. */
function isSpikeOver(alarm: Alarm | undefined, { spikeAt = 0 }: Recording): boolean {
  return alarm === undefined || (alarm.state !== 'ALARM' && alarm.since > spikeAt);
}

/** Whether the latest end is reached. */
export function timeIsUp({ deadline }: Recording, now: number): boolean {
  return deadline !== undefined && deadline <= now;
}

/** What was read back wins over an event that was late; an alarm that is gone says nothing any more. */
export function newerAlarm(read: Alarm | undefined, told: Alarm): Alarm | undefined {
  return read !== undefined && told.since > read.since ? told : read;
}

/** Whether NumOfRecordings allows no further recording. */
export function isUsedUp({ state, rules }: Watch): boolean {
  return rules.numOfRecordings > 0 && state.counted >= rules.numOfRecordings;
}
