import { adopted, begin, deletion, end, launch, remember } from './lifecycle.ts';
import { isNewSpike, isOver, isUsedUp, stopTime, timeIsUp } from './spike.ts';
import { chain, merge, NOTHING, type Step } from './step.ts';
import type { Action, Alarm, Recording, Watch } from './watch.ts';

/** A flow log we made may be missing from AWS's list for a moment. */
const LISTING_LAG = 120_000;

/** The level-triggered heart: what the state asks for, whatever brought us here. */
export function look(watch: Watch, now: number): Step {
  const { recording } = watch.state;
  if (recording === undefined) return lookIdle(watch, now);
  switch (recording.phase) {
    case 'starting':
      return lookStarting(watch, recording, now);
    case 'recording':
      return lookRecording(watch, recording, now);
    case 'stopping':
      return merge(adopted(watch, recording), { effects: [deletion(recording)] });
  }
}

function lookIdle(watch: Watch, now: number): Step {
  if (watch.state.closed || !isNewSpike(watch)) return NOTHING;
  if (isUsedUp(watch)) return tellCap(watch);
  const { alarm, rules } = watch;
  const time = rules.recordingTime;
  return begin(watch, now, {
    cause: 'alarm',
    spikeAt: alarm.since,
    reasonData: alarm.reasonData,
    deadline: time === 0 ? undefined : now + time,
  });
}

function tellCap({ alarm, state, rules }: Watch & { alarm: Alarm }): Step {
  const cap = rules.numOfRecordings;
  if (state.capTold === cap) return NOTHING;
  return { change: { capTold: cap }, facts: [{ kind: 'capped', spikeAt: alarm.since, cap }] };
}

/** Somebody began and was not heard of again, or is at it just now: every step bears repeating. */
function lookStarting(watch: Watch, recording: Recording, now: number): Step {
  if (!isOver(watch, recording, now)) return { effects: launch(recording) };
  const begun = adopted(watch, recording);
  return begun === NOTHING
    ? end(watch, recording, 'aborted')
    : chain(watch, begun, (counted) => look(counted, now));
}

function lookRecording(watch: Watch, recording: Recording, now: number): Step {
  if (isOver(watch, recording, now)) {
    return end(watch, recording, timeIsUp(recording, now) ? 'time' : 'ok');
  }
  const gone = !watch.flowLogs.some(({ recordingId }) => recordingId === recording.id);
  if (gone && now - (recording.startedAt ?? now) > LISTING_LAG) {
    return end(watch, recording, 'vanished');
  }
  const at = stopTime(watch, recording);
  return at === Number.POSITIVE_INFINITY
    ? NOTHING
    : { effects: [{ do: 'arm', recordingId: recording.id, at }] };
}

/**
 * Flow logs of ours without a recording are removed. One whose recording was not counted, because it was
 * given up before AWS made the flow log, or because our item was lost, is told, and counted: it recorded.
 */
export function orphans({ state, flowLogs }: Watch): Step {
  const found = flowLogs.filter(({ recordingId }) => recordingId !== state.recording?.id);
  if (found.length === 0) return NOTHING;
  const effects: Action[] = [{ do: 'remove', flowLogIds: found.map(({ id }) => id) }];
  const unknown = found.filter(({ recordingId }) => !state.ended.includes(recordingId));
  if (unknown.length === 0) return { effects };
  const recordingIds = [...new Set(unknown.map(({ recordingId }) => recordingId))];
  const counted = state.counted + recordingIds.length;
  return {
    change: { counted, ended: remember(recordingIds, state.ended) },
    effects,
    facts: [{ kind: 'orphaned', flowLogIds: unknown.map(({ id }) => id), counted }],
  };
}
