import type { Alarm, Recording, State, Watch } from './watch.ts';

/** The clocks of CloudWatch and Lambda differ by less. */
const CLOCK_SKEW = 60_000;
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

/**
 * The newer of the alarm as read and as an event tells it; an alarm that does not exist any more stays so.
 * An event dated in the future is forged or broken: its time would settle spikes that are still to come.
 */
export function newerAlarm(read: Alarm | undefined, told: Alarm, now: number): Alarm | undefined {
  const isNewer = read !== undefined && told.since > read.since && !isFuture(told.since, now);
  return isNewer ? told : read;
}

/** Drops spike times that lie in the future: no spike before them would be recorded, and no OK end one. */
export function withoutFutureSpikes(state: State, now: number): State {
  const past = (time: number) => (isFuture(time, now) ? 0 : time);
  const { recording, settled, failureTold } = state;
  const isForged = recording !== undefined && isFuture(recording.spikeAt ?? 0, now);
  return {
    ...state,
    recording: isForged ? { ...recording, spikeAt: 0 } : recording,
    settled: past(settled),
    failureTold: past(failureTold),
  };
}

function isFuture(time: number, now: number): boolean {
  return time > now + CLOCK_SKEW;
}

/** Whether NumOfRecordings allows no further recording. */
export function isUsedUp({ state, rules }: Watch): boolean {
  return rules.numOfRecordings > 0 && state.counted >= rules.numOfRecordings;
}
