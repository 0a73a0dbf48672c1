import { adopted, begin, deleted, end, started } from './lifecycle.ts';
import { look, orphans } from './look.ts';
import { isUsedUp, newerAlarm, withoutFutureSpikes } from './spike.ts';
import { chain, mailsWithout, merge, NOTHING, plan, refuse, type Step } from './step.ts';
import type { Action, Ending, Fact, Watch, WatchEvent } from './watch.ts';

const MANUAL_MINUTES = 15;

/**
 * What to do about one gateway, given what is known of it. The event hardly matters: news from outside
 * only says look, and the alarm, our item and the flow logs decide, so late and repeated events end right.
 */
export function decide(watch: Watch, event: WatchEvent, now: number): Action[] {
  const alarm = event.kind === 'alarm' ? newerAlarm(watch.alarm, event.alarm, now) : watch.alarm;
  const known = { ...watch, alarm, state: withoutFutureSpikes(watch.state, now) };
  return plan(known, step(known, event, now), now);
}

function step(watch: Watch, event: WatchEvent, now: number): Step {
  switch (event.kind) {
    case 'alarm':
    case 'sweep':
      return chain(watch, orphans(watch), (rest) => look(rest, now));
    case 'timer':
      return isCurrent(watch, event.recordingId) ? look(watch, now) : NOTHING;
    case 'start':
      return chain(watch, orphans(watch), (rest) => startByHand(rest, event.minutes, now));
    case 'stop':
      return stopByHand(watch);
    case 'reset':
      return { change: { counted: 0, capTold: undefined } };
    case 'close':
      return chain(watch, orphans(watch), close);
    case 'open':
      return watch.state.closed ? { change: { closed: false } } : NOTHING;
    case 'created':
      return created(watch, event, now);
    case 'failed':
      return event.doing === 'start' ? startFailed(watch, event) : stopFailed(watch, event);
    case 'deleted':
      return deleted(watch, event.recordingId, now);
    case 'sent':
      return { change: { mails: mailsWithout(watch.state, event.fact) } };
  }
}

type Created = Extract<WatchEvent, { kind: 'created' }>;
type Failed = Extract<WatchEvent, { kind: 'failed' }>;

function created(watch: Watch, event: Created, now: number): Step {
  const { recordingId, flowLogIds, gatewayName } = event;
  const { recording } = watch.state;
  if (recording?.id !== recordingId || recording.phase === 'stopping') {
    // It was given up while AWS was still making it.
    return { effects: [{ do: 'delete', recordingId, flowLogIds }] };
  }
  if (recording.phase === 'recording') return NOTHING;
  const begun = started(watch, recording, { flowLogIds, startedAt: now });
  return merge(begun, { change: { gatewayName } });
}

function startFailed(watch: Watch, event: Failed): Step {
  const { recording } = watch.state;
  if (recording?.id !== event.recordingId || recording.phase !== 'starting') return NOTHING;
  if (recording.cause === 'manual') {
    return merge(end(watch, recording, 'aborted'), refuse(event.reason));
  }
  // Not sure whether it was done: the same recording is tried again, so AWS recognises the token.
  return merge(
    tellFailure(watch, event, recording.spikeAt ?? 0),
    event.refused ? end(watch, recording, 'aborted') : NOTHING,
  );
}

/** Once for a spike, however often the sweep tries. */
function tellFailure({ state }: Watch, event: Failed, spikeAt: number): Step {
  if (spikeAt <= state.failureTold) return NOTHING;
  return { change: { failureTold: spikeAt }, facts: [failure(event)] };
}

function failure({ kind, doing, recordingId, reason }: Failed): Fact {
  return { kind, doing, recordingId, reason };
}

function stopFailed(watch: Watch, event: Failed): Step {
  const { recording } = watch.state;
  if (recording?.id !== event.recordingId || recording.phase !== 'stopping') return NOTHING;
  if (recording.stopFailureTold) return NOTHING;
  return {
    change: { recording: { ...recording, stopFailureTold: true } },
    facts: [failure(event)],
  };
}

function startByHand(watch: Watch, minutes: number | undefined, now: number): Step {
  const { recording, closed } = watch.state;
  if (closed) return refuse('the stack is being deleted');
  if (recording !== undefined) return refuse(`${recording.id} is ${recording.phase} already`);
  if (isUsedUp(watch)) return refuse(`all ${watch.rules.numOfRecordings} recordings are used up`);
  // Without an alarm there is no OK to wait for: a recording by hand always has an end.
  const time = watch.rules.recordingTime || MANUAL_MINUTES * 60_000;
  const deadline = now + (minutes === undefined ? time : minutes * 60_000);
  return begin(watch, now, { cause: 'manual', deadline });
}

function stopByHand(watch: Watch): Step {
  return watch.state.recording === undefined
    ? refuse('nothing is being recorded')
    : endNow(watch, 'manual');
}

function close(watch: Watch): Step {
  return merge({ change: { closed: true } }, endNow(watch, 'closed'));
}

function endNow(watch: Watch, ending: Ending): Step {
  const { recording } = watch.state;
  if (recording === undefined) return NOTHING;
  return chain(watch, adopted(watch, recording), (counted) =>
    end(counted, counted.state.recording ?? recording, ending),
  );
}

function isCurrent({ state }: Watch, recordingId: string): boolean {
  return state.recording?.id === recordingId;
}
