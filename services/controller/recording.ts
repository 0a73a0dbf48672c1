import { countedForDigest } from './digest.ts';
import { merge, NOTHING, type Step } from './step.ts';
import type { Action, Alarm, Ending, Recording, Rules, State, Watch } from './watch.ts';

/** The most that the clocks of CloudWatch and Lambda may differ, in milliseconds. */
const CLOCK_SKEW = 60_000;
/** An alarm event and DescribeAlarms round the time of the same transition differently, by less than this. */
const SAME_TRANSITION = 1_000;
/** AWS is asked so often whether first lines have come, in milliseconds: a schedule keeps to the minute. */
export const LOOK_EVERY = 60_000;
/** How many ids of recordings that are over an item remembers. */
const REMEMBERED = 20;

type Request = Pick<Recording, 'cause' | 'spikeAt' | 'reasonData' | 'time' | 'collected'>;

/**
 * Starts a recording: it is saved first, then its flow log is created. Its time counts from its first lines, so
 * that its latest end is after the longest wait for them.
 */
export function begin(watch: Watch, now: number, request: Request): Step {
  const stamp = new Date(now).toISOString().replace(/[-:]|\..*/g, '');
  // The version distinguishes recordings within a second; the time, those of a table that was recreated.
  const id = `${watch.gatewayId}-${stamp}Z-${watch.version}`;
  const { time } = request;
  const deadline = time === undefined ? undefined : now + watch.rules.firstLinesWait + time;
  const recording: Recording = { ...request, id, deadline, phase: 'starting', flowLogIds: [] };
  return { change: { recording }, effects: launch(recording) };
}

/** The stop is armed before the flow log is created: a crash in between leaves a schedule, never a flow log. */
export function launch({ id, deadline }: Recording): Action[] {
  const create: Action = { do: 'create', recordingId: id };
  return deadline === undefined ? [create] : [{ do: 'arm', recordingId: id, at: deadline }, create];
}

/** The recording has a flow log. Only here is it counted, because AWS has confirmed the flow log. */
export function started(
  { state }: Watch,
  recording: Recording,
  made: Pick<Recording, 'flowLogIds' | 'startedAt'>,
): Step {
  const phase = recording.phase === 'stopping' ? 'stopping' : 'recording';
  const active: Recording = { ...recording, ...made, phase };
  const counted = state.counted + 1;
  return {
    change: { recording: active, counted },
    notifications: [{ kind: 'started', recording: active, counted }],
  };
}

/** Counts a recording whose creation was not confirmed, if AWS lists a flow log of it. */
export function adopted(watch: Watch, recording: Recording): Step {
  const made = watch.flowLogs.filter(({ recordingId }) => recordingId === recording.id);
  if (recording.startedAt !== undefined || made.length === 0) return NOTHING;
  return started(watch, recording, {
    flowLogIds: made.map(({ id }) => id),
    startedAt: Math.min(...made.map(({ createdAt }) => createdAt)),
  });
}

/**
 * What AWS says of the delivery of the recording's lines. Those of a flow log begin minutes after it is created, and
 * may fail. The first lines start the recording's time; an error is notified once.
 */
export function observed({ flowLogs }: Watch, recording: Recording, now: number): Step {
  const deliveries = flowLogs
    .filter(({ recordingId }) => recordingId === recording.id)
    .map(({ delivery }) => delivery);
  const isDelivered = deliveries.some((delivery) => delivery?.status === 'SUCCESS');
  const failure = deliveries.find((delivery) => delivery?.status === 'FAILED');
  const seen = isDelivered ? withLines(recording, now) : recording;
  if (failure === undefined || recording.deliveryError !== undefined) {
    return seen === recording ? NOTHING : { change: { recording: seen } };
  }
  const reason = failure.error ?? 'AWS gives no reason';
  return {
    change: { recording: { ...seen, deliveryError: reason, collected: undefined } },
    notifications: [{ kind: 'failed', doing: 'deliver', recordingId: recording.id, reason }],
  };
}

function withLines(recording: Recording, now: number): Recording {
  const { time, deadline = Number.POSITIVE_INFINITY, linesSeenAt } = recording;
  if (linesSeenAt !== undefined) return recording;
  const seen = { ...recording, linesSeenAt: now };
  return time === undefined ? seen : { ...seen, deadline: Math.min(deadline, now + time) };
}

/** Stops the recording. It is over once AWS has deleted its flow logs. */
export function end(watch: Watch, recording: Recording, ending: Ending): Step {
  const stopping: Recording = { ...recording, phase: 'stopping', ending };
  const handledUpTo = Math.max(watch.state.handledUpTo, handledBy(watch, stopping));
  return { change: { recording: stopping, handledUpTo }, effects: [deletion(stopping)] };
}

/**
 * An aborted recording leaves its spike open, so it is tried again, and so does one that the budget ended: it goes on
 * after a reset if the spike lasts. A manual stop closes the spike: it is not
 * recorded again while the alarm lasts.
 */
function handledBy({ alarm }: Watch, { ending, spikeAt = 0 }: Recording): number {
  if (ending === 'aborted' || ending === 'budget') return 0;
  return ending === 'manual' && alarm?.state === 'ALARM' ? Math.max(spikeAt, alarm.since) : spikeAt;
}

/** Deletes the flow logs of a recording: those in the item, and those that carry its tag. */
export function deletion({ id, flowLogIds }: Recording): Action {
  return { do: 'deleteRecordingFlowLogs', recordingId: id, flowLogIds };
}

/** AWS has no flow log of the recording any more, so it is over. It is notified if it had a flow log. */
export function deleted(watch: Watch, recordingId: string, now: number): Step {
  const { state } = watch;
  const { recording } = state;
  if (recording?.id !== recordingId || recording.phase !== 'stopping') return NOTHING;
  const over: Step = {
    change: { recording: undefined },
    effects: [{ do: 'disarm', recordingId }],
  };
  // Not counted. If AWS creates a flow log of it after all, that is an orphan, and counted as one.
  if (recording.startedAt === undefined) return over;
  const last: Recording = { ...recording, endedAt: now };
  const uncounted = isUndelivered(recording) ? uncount(state) : NOTHING;
  const { counted = state.counted } = uncounted.change ?? {};
  const used = isUndelivered(recording) ? NOTHING : recordedSince(watch, recording.startedAt, now);
  return merge(over, uncounted, used, countedForDigest(watch, last, now), {
    change: { last, ended: remember([recordingId], state.ended) },
    notifications: [{ kind: 'finished', recording: last, counted }],
  });
}

/** Adds the time of a flow log that is gone to what the stack's budget counts. */
export function recordedSince({ state, budget }: Watch, startedAt: number, now: number): Step {
  if (budget === undefined) return NOTHING;
  const { since } = budget;
  const before = state.recorded?.since === since ? state.recorded.time : 0;
  const time = before + Math.max(0, now - Math.max(since, startedAt));
  return { change: { recorded: { since, time } } };
}

/** Whether AWS said that it could not deliver the recording's lines, and never that it had delivered any. */
export function isUndelivered({ linesSeenAt, deliveryError }: Recording): boolean {
  return linesSeenAt === undefined && deliveryError !== undefined;
}

/** A recording without lines does not count. The count may have been reset meanwhile. */
function uncount({ counted }: State): Step {
  return { change: { counted: Math.max(0, counted - 1), capNotified: undefined } };
}

/** The newest ids, as many as an item remembers. */
export function remember(newest: readonly string[], older: readonly string[]): string[] {
  return [...newest, ...older].slice(0, REMEMBERED);
}

/** Whether the alarm is raised and its spike has had no recording yet. */
export function isNewSpike(watch: Watch): watch is Watch & { alarm: Alarm } {
  const { alarm, state } = watch;
  return alarm?.state === 'ALARM' && alarm.since > state.handledUpTo + SAME_TRANSITION;
}

/** The time at which this recording has to stop, by what is known now; Infinity for none. */
export function stopTime(watch: Watch, recording: Recording): number {
  const deadline = recording.deadline ?? Number.POSITIVE_INFINITY;
  if (recording.cause === 'manual' || !isSpikeOver(watch.alarm, recording)) return deadline;
  const calmSince = Math.max(watch.alarm?.since ?? 0, linesFrom(recording, watch.rules));
  return Math.min(deadline, calmSince + watch.rules.minimumRecordingTime);
}

/** From when on a recording ends as if it had lines: since they were seen, or when the longest wait is over. */
function linesFrom({ linesSeenAt, startedAt = 0 }: Recording, { firstLinesWait }: Rules): number {
  return Math.min(linesSeenAt ?? Number.POSITIVE_INFINITY, startedAt + firstLinesWait);
}

/**
 * Has AWS asked in a minute whether lines have come, as long as that would change when the recording stops; and what
 * has been delivered, as long as the stack has a budget.
 */
export function nextLook(
  { rules, budget }: Pick<Watch, 'rules' | 'budget'>,
  recording: Recording,
  now: number,
): Action[] {
  const isWaiting = recording.linesSeenAt === undefined && linesFrom(recording, rules) > now;
  return isWaiting || budget !== undefined
    ? [{ do: 'look', recordingId: recording.id, at: now + LOOK_EVERY }]
    : [];
}

/** Whether the recording has to stop now. MinimumRecordingTime applies only once it has started. */
export function isOver(watch: Watch, recording: Recording, now: number): boolean {
  if (recording.phase === 'recording') return stopTime(watch, recording) <= now;
  const isCalm = recording.cause === 'alarm' && isSpikeOver(watch.alarm, recording);
  return isCalm || isTimeUp(recording, now);
}

/** INSUFFICIENT_DATA and a deleted alarm end a spike as OK does. */
function isSpikeOver(alarm: Alarm | undefined, { spikeAt = 0 }: Recording): boolean {
  return alarm === undefined || (alarm.state !== 'ALARM' && alarm.since > spikeAt);
}

/** Whether the latest end of the recording is reached. */
export function isTimeUp({ deadline }: Recording, now: number): boolean {
  return deadline !== undefined && deadline <= now;
}

/**
 * The newer of the alarm as DescribeAlarms returned it and as an event tells it. Without an alarm in
 * DescribeAlarms the alarm was deleted, and the event does not count; nor does the event of the other alarm while a
 * gateway has two. An event dated in the future is forged or broken: its time would make natflow ignore the spikes
 * until then.
 */
export function newerAlarm(read: Alarm | undefined, told: Alarm, now: number): Alarm | undefined {
  if (read === undefined || Boolean(told.isFollowed) !== Boolean(read.isFollowed)) return read;
  return told.since > read.since && !isFuture(told.since, now) ? told : read;
}

/** Drops spike times that lie in the future: no spike before them would be recorded, and no OK end one. */
export function withoutFutureSpikes(state: State, now: number): State {
  const past = (time: number) => (isFuture(time, now) ? 0 : time);
  const { recording, handledUpTo, failureNotified } = state;
  const isForged = recording !== undefined && isFuture(recording.spikeAt ?? 0, now);
  return {
    ...state,
    recording: isForged ? { ...recording, spikeAt: 0 } : recording,
    handledUpTo: past(handledUpTo),
    failureNotified: past(failureNotified),
  };
}

function isFuture(time: number, now: number): boolean {
  return time > now + CLOCK_SKEW;
}

/** Why the budget ends recordings; undefined: they go on. */
export function endingByBudget({ budget }: Watch): Ending | undefined {
  if (budget?.status === 'reached') return 'budget';
  return budget?.status === 'unmetered' ? 'unmetered' : undefined;
}

/** Whether NumOfRecordings allows no further recording. */
export function isUsedUp({ state, rules }: Watch): boolean {
  return rules.numOfRecordings > 0 && state.counted >= rules.numOfRecordings;
}
