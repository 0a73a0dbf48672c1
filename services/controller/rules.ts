import { isCollected } from './digest.ts';
import {
  adopted,
  begin,
  deleted,
  deletion,
  end,
  endingByBudget,
  isNewSpike,
  isOver,
  isTimeUp,
  isUsedUp,
  launch,
  nextLook,
  observed,
  recordedSince,
  remember,
  started,
  stopTime,
} from './recording.ts';
import { chain, merge, NOTHING, outboxAfter, refuse, type Step } from './step.ts';
import type { Action, Alarm, Ending, Notification, Recording, Watch, WatchEvent } from './watch.ts';

/** RecordingTime of a recording that is started by hand when the parameter is 0. */
const MANUAL_TIME = 15 * 60_000;
/** DescribeFlowLogs may not list a new flow log for this long, in milliseconds. */
const LISTING_LAG = 120_000;

export function nothing(): Step {
  return NOTHING;
}

export function resetCount(): Step {
  return { change: { counted: 0, capNotified: undefined } };
}

export function reopen({ state }: Watch): Step {
  return state.closed ? { change: { closed: false } } : NOTHING;
}

export function forgetNotification(
  { state }: Watch,
  { notification, done }: WatchEvent<'sent'>,
): Step {
  return { change: { outbox: outboxAfter(state, notification, done) } };
}

export function evaluateIdle(watch: Watch, _: WatchEvent, now: number): Step {
  if (!isNewSpike(watch)) return NOTHING;
  if (isUsedUp(watch)) return notifyCap(watch);
  const { alarm, rules, budget } = watch;
  // The spike stays open. It is recorded if it lasts until the budget is reset.
  if (budget !== undefined && budget.status !== 'open') return NOTHING;
  return begin(watch, now, {
    cause: 'alarm',
    spikeAt: alarm.since,
    reasonData: alarm.reasonData,
    collected: isCollected(watch, alarm.since, now) || undefined,
    time: rules.recordingTime === 0 ? undefined : rules.recordingTime,
  });
}

function notifyCap({ alarm, state, rules }: Watch & { alarm: Alarm }): Step {
  const cap = rules.numOfRecordings;
  if (state.capNotified === cap) return NOTHING;
  return {
    change: { capNotified: cap },
    notifications: [{ kind: 'capped', spikeAt: alarm.since, cap }],
  };
}

/** Another invocation started this recording and crashed, or is still running. Repeating its steps is safe. */
export function evaluateStarting(
  watch: Watch,
  event: WatchEvent,
  now: number,
  recording: Recording,
): Step {
  if (isTimerOfAnother(event, recording)) return NOTHING;
  const isWanted = !isOver(watch, recording, now) && endingByBudget(watch) === undefined;
  if (isWanted) return { effects: launch(recording) };
  const begun = adopted(watch, recording);
  if (begun === NOTHING) return end(watch, recording, 'aborted');
  const active = begun.change?.recording ?? recording;
  return chain(watch, begun, (counted) => evaluateRecording(counted, event, now, active));
}

export function evaluateRecording(
  watch: Watch,
  event: WatchEvent,
  now: number,
  recording: Recording,
): Step {
  if (isTimerOfAnother(event, recording)) return NOTHING;
  return chain(watch, observed(watch, recording, now), (known) =>
    endOrGoOn(known, known.state.recording ?? recording, now),
  );
}

function endOrGoOn(watch: Watch, recording: Recording, now: number): Step {
  const isListed = watch.flowLogs.some(({ recordingId }) => recordingId === recording.id);
  if (!isListed && now - (recording.startedAt ?? now) > LISTING_LAG) {
    return end(watch, recording, 'vanished');
  }
  if (isOver(watch, recording, now)) {
    return end(watch, recording, isTimeUp(recording, now) ? 'time' : 'ok');
  }
  const ending = endingByBudget(watch);
  if (ending !== undefined) return end(watch, recording, ending);
  return { effects: [...armedStop(watch, recording), ...nextLook(watch, recording, now)] };
}

function armedStop(watch: Watch, recording: Recording): Action[] {
  const at = stopTime(watch, recording);
  const isEndless = at === Number.POSITIVE_INFINITY;
  return isEndless ? [] : [{ do: 'arm', recordingId: recording.id, at }];
}

export function repeatDeletion(
  watch: Watch,
  event: WatchEvent,
  now: number,
  recording: Recording,
): Step {
  if (isTimerOfAnother(event, recording)) return NOTHING;
  return merge(listed(watch, recording, now), { effects: [deletion(recording)] });
}

/** What AWS lists of the recording: its flow log, if its creation was not confirmed, and the delivery of its lines. */
function listed(watch: Watch, recording: Recording, now: number): Step {
  return chain(watch, adopted(watch, recording), (counted) =>
    observed(counted, counted.state.recording ?? recording, now),
  );
}

function isTimerOfAnother(event: WatchEvent, { id }: Recording): boolean {
  return event.kind === 'timer' && event.recordingId !== id;
}

export function startByHand(watch: Watch, { minutes }: WatchEvent<'start'>, now: number): Step {
  if (isUsedUp(watch)) return refuse(`all ${watch.rules.numOfRecordings} recordings are used up`);
  const { budget } = watch;
  if (budget !== undefined && budget.status !== 'open')
    return refuse(budget.reason ?? budget.status);
  // A recording by hand has no alarm whose OK could end it, so it always has a deadline.
  const usual = watch.rules.recordingTime || MANUAL_TIME;
  const time = minutes === undefined ? usual : minutes * 60_000;
  return begin(watch, now, { cause: 'manual', time });
}

export function refuseStart(
  watch: Watch,
  _: WatchEvent,
  __: number,
  { id, phase }: Recording,
): Step {
  return watch.state.closed ? refuseClosed() : refuse(`${id} is ${phase} already`);
}

export function refuseClosed(): Step {
  return refuse('the stack is being deleted');
}

export function refuseStop(): Step {
  return refuse('nothing is being recorded');
}

export function endByHand(watch: Watch, _: WatchEvent, now: number, recording: Recording): Step {
  return endNow(watch, recording, 'manual', now);
}

export function close(): Step {
  return { change: { closed: true } };
}

export function endAndClose(watch: Watch, _: WatchEvent, now: number, recording: Recording): Step {
  return merge(close(), endNow(watch, recording, 'closed', now));
}

/** Ends a recording in any phase. One whose flow log is listed counts, although its creation was not confirmed. */
function endNow(watch: Watch, recording: Recording, ending: Ending, now: number): Step {
  return chain(watch, listed(watch, recording, now), (known) =>
    end(known, known.state.recording ?? recording, ending),
  );
}

/** AWS created the flow log of the recording, which is counted now. */
export function count(
  watch: Watch,
  event: WatchEvent<'created'>,
  now: number,
  recording: Recording,
): Step {
  const { recordingId, flowLogIds, gatewayName } = event;
  if (recordingId !== recording.id) return deleteUnwanted(watch, event);
  // An earlier invocation may have created it, and not have heard of it: lines may have come since.
  const listed = watch.flowLogs.filter((flowLog) => flowLog.recordingId === recordingId);
  const startedAt = Math.min(now, ...listed.map(({ createdAt }) => createdAt));
  const begun = started(watch, recording, { flowLogIds, startedAt });
  const known = chain(watch, begun, (counted) =>
    observed(counted, counted.state.recording ?? recording, now),
  );
  const active = known.change?.recording ?? recording;
  // The first lines bring the end forward.
  const stop = active.linesSeenAt === undefined ? [] : armedStop(watch, active);
  const effects = [...stop, ...nextLook(watch, active, now)];
  return merge(known, { change: { gatewayName }, effects });
}

export function keepCurrent(
  watch: Watch,
  event: WatchEvent<'created'>,
  _: number,
  { id }: Recording,
): Step {
  return event.recordingId === id ? NOTHING : deleteUnwanted(watch, event);
}

/** The recording was given up while AWS was still creating its flow log. */
export function deleteUnwanted(_: Watch, { recordingId, flowLogIds }: WatchEvent<'created'>): Step {
  return { effects: [{ do: 'deleteRecordingFlowLogs', recordingId, flowLogIds }] };
}

export function handleStartFailure(
  watch: Watch,
  event: WatchEvent<'failed'>,
  _: number,
  recording: Recording,
): Step {
  if (event.recordingId !== recording.id || event.doing !== 'start') return NOTHING;
  if (recording.cause === 'manual') {
    return merge(end(watch, recording, 'aborted'), refuse(event.reason));
  }
  // Without a rejection the request may have taken effect: the same recording is tried again, and AWS
  // recognises its token.
  const loud = { ...recording, collected: undefined };
  return merge(
    notifyFailure(watch, event, loud),
    event.refused ? end(watch, loud, 'aborted') : NOTHING,
  );
}

/** A start that fails is notified once for each spike, although the sweep repeats it. */
function notifyFailure({ state }: Watch, event: WatchEvent<'failed'>, recording: Recording): Step {
  const { spikeAt = 0 } = recording;
  if (spikeAt <= state.failureNotified) return NOTHING;
  return { change: { failureNotified: spikeAt, recording }, notifications: [failure(event)] };
}

export function handleStopFailure(
  _: Watch,
  event: WatchEvent<'failed'>,
  __: number,
  recording: Recording,
): Step {
  if (event.recordingId !== recording.id || event.doing !== 'stop') return NOTHING;
  if (recording.stopFailureNotified) return NOTHING;
  return {
    change: { recording: { ...recording, stopFailureNotified: true, collected: undefined } },
    notifications: [failure(event)],
  };
}

function failure({ kind, doing, recordingId, reason }: WatchEvent<'failed'>): Notification {
  return { kind, doing, recordingId, reason };
}

export function conclude(watch: Watch, { recordingId }: WatchEvent<'deleted'>, now: number): Step {
  return deleted(watch, recordingId, now);
}

/**
 * Deletes flow logs of this stack without a recording. One whose recording was not counted, because it was
 * given up before AWS created the flow log, or because the item was lost, is notified and counted: it recorded.
 */
export function deleteOrphans(watch: Watch, now: number): Step {
  const { state, flowLogs } = watch;
  const found = flowLogs.filter(({ recordingId }) => recordingId !== state.recording?.id);
  if (found.length === 0) return NOTHING;
  const effects: Action[] = [{ do: 'deleteFlowLogs', flowLogIds: found.map(({ id }) => id) }];
  const unknown = found.filter(({ recordingId }) => !state.ended.includes(recordingId));
  if (unknown.length === 0) return { effects };
  const recordingIds = [...new Set(unknown.map(({ recordingId }) => recordingId))];
  const counted = state.counted + recordingIds.length;
  const startedAt = Math.min(...unknown.map(({ createdAt }) => createdAt));
  return merge(recordedSince(watch, startedAt, now), {
    change: { counted, ended: remember(recordingIds, state.ended) },
    effects,
    notifications: [{ kind: 'orphaned', flowLogIds: unknown.map(({ id }) => id), counted }],
  });
}
