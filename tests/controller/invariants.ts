import {
  type Alarm,
  type FlowLog,
  notificationKey,
  type Rules,
  type State,
} from '../../services/controller/watch.ts';

/** A flow log in AWS, or one that was deleted. */
export interface KnownFlowLog extends FlowLog {
  deletedAt?: number;
  /** When its first lines were delivered; undefined: never. */
  deliversAt?: number;
  /** Since when it cannot be delivered, if it cannot. */
  failsAt?: number;
}

/** The time of the alarm that a counted recording belongs to, or why it was counted without one. */
export type Cause = number | 'by hand' | 'orphan';

/** A save of a gateway's item, and the state of AWS at that moment. */
export interface Save {
  readonly now: number;
  readonly before: State | undefined;
  readonly next: State;
  readonly rules: Rules;
  readonly alarm: Alarm | undefined;
  /** All flow logs of the gateway, including deleted ones. */
  readonly flowLogs: readonly KnownFlowLog[];
  /** The recordings that have been counted so far. */
  readonly counted: ReadonlyMap<string, Cause>;
  readonly isTold: (notificationKey: string) => boolean;
  /** The time at which the stop of the recording was saved, if known. */
  readonly stoppedAt?: number | undefined;
}

/** The recordings that this save counts, which are those that it notifies. */
export function newlyCounted({
  before,
  next,
  flowLogs,
}: Pick<Save, 'before' | 'next' | 'flowLogs'>): Map<string, Cause> {
  const known = new Set(before?.outbox.map(({ notification }) => notificationKey(notification)));
  const news = next.outbox
    .map(({ notification }) => notification)
    .filter((notification) => !known.has(notificationKey(notification)));
  return new Map(
    news.flatMap((notification): [string, Cause][] => {
      if (notification.kind === 'started')
        return [[notification.recording.id, notification.recording.spikeAt ?? 'by hand']];
      if (notification.kind !== 'orphaned') return [];
      return flowLogs
        .filter(({ id }) => notification.flowLogIds.includes(id))
        .map(({ recordingId }) => [recordingId, 'orphan']);
    }),
  );
}

/** The fault of a save, judged by AWS's state only, independently of the controller's rules. */
export function wrongSave(save: Save): string | undefined {
  return (
    wrongStart(save) ??
    wrongCount(save) ??
    wrongEnding(save) ??
    wrongFarewell(save) ??
    wrongMails(save)
  );
}

function wrongStart({ before, next, rules }: Save): string | undefined {
  const { recording, counted } = next;
  const cap = rules.numOfRecordings;
  const isBegun = recording !== undefined && recording.id !== before?.recording?.id;
  return isBegun && cap > 0 && counted >= cap
    ? `${recording.id} is begun when ${counted} of ${cap} are counted`
    : undefined;
}

function wrongCount(save: Save): string | undefined {
  const recordings = newlyCounted(save);
  const difference = save.next.counted - (save.before?.counted ?? 0);
  if (difference < 0 && save.next.counted > 0) return wrongUncount(save, difference);
  if (difference >= 0 && difference !== recordings.size) {
    return `counts ${difference} more and tells of ${recordings.size}`;
  }
  return [...recordings].map(([id, cause]) => wronglyCounted(id, cause, save)).find(Boolean);
}

function wronglyCounted(id: string, cause: Cause, { flowLogs, counted }: Save) {
  if (counted.has(id)) return `${id} is counted twice`;
  if (!flowLogs.some(({ recordingId }) => recordingId === id)) {
    return `${id} is counted without a flow log`;
  }
  const isRepeated = typeof cause === 'number' && [...counted.values()].includes(cause);
  return isRepeated ? `the spike at ${cause} is recorded twice` : undefined;
}

/** Only a recording that AWS could not deliver does not count after all; a reset leaves 0. */
function wrongUncount({ before, next, flowLogs, now }: Save, difference: number) {
  const id = before?.recording?.id;
  const isOver = next.recording === undefined && next.last?.id === id;
  const hasFailed = flowLogs.some(
    ({ recordingId, failsAt = Infinity }) => recordingId === id && failsAt <= now,
  );
  return difference === -1 && isOver && hasFailed
    ? undefined
    : `${id} is over and ${-difference} less are counted`;
}

/** An alarm's end waits for first lines, but not for ever. */
function hasWaited({ next: { recording }, rules, flowLogs, now }: Save): boolean {
  const { id, startedAt = 0 } = recording ?? {};
  return (
    now >= startedAt + rules.firstLinesWait ||
    flowLogs.some(
      ({ recordingId, deliversAt = Infinity }) =>
        recordingId === id && deliversAt + rules.minimumRecordingTime <= now,
    )
  );
}

/** A recording ends with `ok` only after its spike is over. */
function wrongEnding(save: Save): string | undefined {
  const { before, next, alarm } = save;
  const { recording } = next;
  if (recording?.phase !== 'stopping' || before?.recording?.phase === 'stopping') return undefined;
  if (recording.ending === 'ok' && !hasWaited(save))
    return `${recording.id} ended before its lines`;
  const lasts = alarm?.state === 'ALARM' && alarm.since <= (recording.spikeAt ?? 0);
  return recording.ending === 'ok' && lasts
    ? `${recording.id} ended while its spike lasts`
    : undefined;
}

/** A recording leaves the item only when its flow logs are deleted, except one that AWS created after the stop. */
function wrongFarewell({ before, next, flowLogs, stoppedAt }: Save): string | undefined {
  const was = before?.recording;
  if (was === undefined || was.id === next.recording?.id) return undefined;
  const until = was.phase === 'stopping' ? (stoppedAt ?? 0) : Number.POSITIVE_INFINITY;
  const left = flowLogs.filter(
    ({ recordingId, createdAt, deletedAt }) =>
      recordingId === was.id && createdAt < until && deletedAt === undefined,
  );
  return left.length > 0 ? `${was.id} was forgotten while it was recording` : undefined;
}

function wrongMails({ before, next, isTold }: Save): string | undefined {
  const kept = new Set(next.outbox.map(({ notification }) => notificationKey(notification)));
  const lost = before?.outbox
    .map(({ notification }) => notificationKey(notification))
    .find((key) => !kept.has(key) && !isTold(key));
  return lost && `"${lost}" is forgotten before it was told`;
}
