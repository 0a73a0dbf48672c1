import { dueDigest } from './digest.ts';
import { newerAlarm, withoutFutureSpikes } from './recording.ts';
import {
  close,
  conclude,
  count,
  deleteOrphans,
  deleteUnwanted,
  endAndClose,
  endByHand,
  evaluateIdle,
  evaluateRecording,
  evaluateStarting,
  forgetNotification,
  handleStartFailure,
  handleStopFailure,
  keepCurrent,
  nothing,
  refuseClosed,
  refuseStart,
  refuseStop,
  reopen,
  repeatDeletion,
  resetCount,
  startByHand,
} from './rules.ts';
import { chain, NOTHING, plan, type Step } from './step.ts';
import type { Action, EventKind, Recording, Watch, WatchEvent } from './watch.ts';

/** What each event calls for in one phase. `recording` is the current one, where the phase has one. */
type Rules<Current> = {
  readonly [Kind in EventKind]: (
    watch: Watch,
    event: WatchEvent<Kind>,
    now: number,
    recording: Current,
  ) => Step;
};

/** Events that have the same rule in every phase. */
const ALWAYS = {
  reset: resetCount,
  open: reopen,
  sent: forgetNotification,
};

/**
 * The controller: what each event calls for in each phase. docs/design.md shows this table, and
 * tests/controller/state-table.test.ts compares the two.
 */
export const TABLE: Readonly<
  Record<Recording['phase'], Rules<Recording>> & Record<'idle' | 'closed', Rules<undefined>>
> = {
  idle: {
    ...ALWAYS,
    alarm: evaluateIdle,
    sweep: evaluateIdle,
    timer: nothing,
    start: startByHand,
    stop: refuseStop,
    close: close,
    created: deleteUnwanted,
    failed: nothing,
    deleted: nothing,
  },
  starting: {
    ...ALWAYS,
    alarm: evaluateStarting,
    sweep: evaluateStarting,
    timer: evaluateStarting,
    start: refuseStart,
    stop: endByHand,
    close: endAndClose,
    created: count,
    failed: handleStartFailure,
    deleted: nothing,
  },
  recording: {
    ...ALWAYS,
    alarm: evaluateRecording,
    sweep: evaluateRecording,
    timer: evaluateRecording,
    start: refuseStart,
    stop: endByHand,
    close: endAndClose,
    created: keepCurrent,
    failed: nothing,
    deleted: nothing,
  },
  stopping: {
    ...ALWAYS,
    alarm: repeatDeletion,
    sweep: repeatDeletion,
    timer: repeatDeletion,
    start: refuseStart,
    stop: endByHand,
    close: endAndClose,
    created: deleteUnwanted,
    failed: handleStopFailure,
    deleted: conclude,
  },
  closed: {
    ...ALWAYS,
    alarm: nothing,
    sweep: nothing,
    timer: nothing,
    start: refuseClosed,
    stop: refuseStop,
    close: close,
    created: deleteUnwanted,
    failed: nothing,
    deleted: nothing,
  },
};

/** Events before which flow logs without a recording are deleted: those for which AWS was just asked. */
const DELETES_ORPHANS: ReadonlySet<EventKind> = new Set(['alarm', 'sweep', 'start', 'close']);

/**
 * The actions that one event calls for, given everything that is known of a gateway. It is level-triggered: an
 * alarm event, a timer and a sweep only cause an evaluation of the alarm, the item and the flow logs, so late,
 * lost and repeated events lead to the same state.
 */
export function decide(watch: Watch, event: WatchEvent, now: number): Action[] {
  const alarm = event.kind === 'alarm' ? newerAlarm(watch.alarm, event.alarm, now) : watch.alarm;
  const known = { ...watch, alarm, state: withoutFutureSpikes(watch.state, now) };
  const orphans = DELETES_ORPHANS.has(event.kind) ? deleteOrphans(known, now) : NOTHING;
  return plan(
    known,
    chain(known, orphans, (rest) =>
      chain(rest, dueDigest(rest, event, now), (left) => step(left, event, now)),
    ),
    now,
  );
}

function step(watch: Watch, event: WatchEvent, now: number): Step {
  const { recording, closed } = watch.state;
  if (recording !== undefined) return apply(TABLE[recording.phase], watch, event, now, recording);
  return apply(TABLE[closed ? 'closed' : 'idle'], watch, event, now, undefined);
}

function apply<Kind extends EventKind, Current extends Recording | undefined>(
  rules: Rules<Current>,
  watch: Watch,
  event: WatchEvent<Kind>,
  now: number,
  recording: Current,
): Step {
  const rule: Rules<Current>[Kind] = rules[event.kind];
  return rule(watch, event, now, recording);
}
