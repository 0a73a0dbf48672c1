import { merge, NOTHING, type Step } from './step.ts';
import type { Action, Ending, Recording, Watch } from './watch.ts';

const REMEMBERED = 20;

type Wish = Pick<Recording, 'cause' | 'spikeAt' | 'reasonData' | 'deadline'>;

/** A new recording is written down, then begun. */
export function begin(watch: Watch, now: number, wish: Wish): Step {
  const stamp = new Date(now).toISOString().replace(/[-:]|\..*/g, '');
  // The version keeps two beginnings within a second apart, the time those of a table that was lost.
  const id = `${watch.gatewayId}-${stamp}Z-${watch.version}`;
  const recording: Recording = { ...wish, id, phase: 'starting', flowLogIds: [] };
  return { change: { recording }, effects: launch(recording) };
}

/** The stop is armed before the start: a crash in between leaves a timer, never a flow log. */
export function launch({ id, deadline }: Recording): Action[] {
  const create: Action = { do: 'create', recordingId: id };
  return deadline === undefined ? [create] : [{ do: 'arm', recordingId: id, at: deadline }, create];
}

/** Counted here and nowhere else: there is a flow log, and AWS said so. */
export function started(
  { state }: Watch,
  recording: Recording,
  made: Pick<Recording, 'flowLogIds' | 'startedAt'>,
): Step {
  const phase = recording.phase === 'stopping' ? 'stopping' : 'recording';
  const going: Recording = { ...recording, ...made, phase };
  const counted = state.counted + 1;
  return {
    change: { recording: going, counted },
    facts: [{ kind: 'started', recording: going, counted }],
  };
}

/** A recording whose start was not heard of is counted when AWS lists a flow log of it. */
export function adopted(watch: Watch, recording: Recording): Step {
  const made = watch.flowLogs.filter(({ recordingId }) => recordingId === recording.id);
  if (recording.startedAt !== undefined || made.length === 0) return NOTHING;
  return started(watch, recording, {
    flowLogIds: made.map(({ id }) => id),
    startedAt: Math.min(...made.map(({ createdAt }) => createdAt)),
  });
}

/** The recording ends; that it is over is only known when AWS has deleted its flow logs. */
export function end(watch: Watch, recording: Recording, ending: Ending): Step {
  const over: Recording = { ...recording, phase: 'stopping', ending };
  const settled = Math.max(watch.state.settled, settledBy(watch, over));
  return { change: { recording: over, settled }, effects: [deletion(over)] };
}

/** A spike that could not be recorded is not settled; who stops by hand wants none of the spike there is. */
function settledBy({ alarm }: Watch, { ending, spikeAt = 0 }: Recording): number {
  if (ending === 'aborted') return 0;
  return ending === 'manual' && alarm?.state === 'ALARM' ? Math.max(spikeAt, alarm.since) : spikeAt;
}

/** Deletes what belongs to this recording, known to us or found by its tag. */
export function deletion({ id, flowLogIds }: Recording): Action {
  return { do: 'delete', recordingId: id, flowLogIds };
}

/** AWS has no flow log of it any more: the recording is over, and told if it ever was one. */
export function deleted({ state }: Watch, recordingId: string, now: number): Step {
  const { recording } = state;
  if (recording?.id !== recordingId || recording.phase !== 'stopping') return NOTHING;
  const over: Step = {
    change: { recording: undefined },
    effects: [{ do: 'disarm', recordingId }],
  };
  // Not counted. A flow log that AWS makes of it after all is an orphan, and counted as one.
  if (recording.startedAt === undefined) return over;
  const last: Recording = { ...recording, endedAt: now };
  return merge(over, {
    change: { last, ended: remember([recordingId], state.ended) },
    facts: [{ kind: 'finished', recording: last, counted: state.counted }],
  });
}

/** The newest, as many as an item may well hold. */
export function remember(newest: readonly string[], older: readonly string[]): string[] {
  return [...newest, ...older].slice(0, REMEMBERED);
}
