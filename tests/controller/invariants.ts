import {
  type Alarm,
  type FlowLog,
  factKey,
  type Rules,
  type State,
} from '../../services/controller/watch.ts';

/** A flow log as AWS remembers it. */
export interface KnownFlowLog extends FlowLog {
  deletedAt?: number;
}

/** The alarm that a counted recording is of, or why it was counted without one. */
export type Cause = number | 'by hand' | 'orphan';

/** A save of a gateway's item, and what AWS knows at that moment. */
export interface Save {
  readonly before: State | undefined;
  readonly next: State;
  readonly rules: Rules;
  readonly alarm: Alarm | undefined;
  /** All that there ever were of the gateway. */
  readonly flowLogs: readonly KnownFlowLog[];
  /** The recordings that were counted so far. */
  readonly counted: ReadonlyMap<string, Cause>;
  readonly isTold: (factKey: string) => boolean;
  /** When the stop of the recording was saved, if it was and that is known. */
  readonly stoppedAt?: number | undefined;
}

/** The recordings that this save counts: every one is told in the same save. */
export function newlyCounted({
  before,
  next,
  flowLogs,
}: Pick<Save, 'before' | 'next' | 'flowLogs'>): Map<string, Cause> {
  const known = new Set(before?.mails.map(({ fact }) => factKey(fact)));
  const news = next.mails.map(({ fact }) => fact).filter((fact) => !known.has(factKey(fact)));
  return new Map(
    news.flatMap((fact): [string, Cause][] => {
      if (fact.kind === 'started')
        return [[fact.recording.id, fact.recording.spikeAt ?? 'by hand']];
      if (fact.kind !== 'orphaned') return [];
      return flowLogs
        .filter(({ id }) => fact.flowLogIds.includes(id))
        .map(({ recordingId }) => [recordingId, 'orphan']);
    }),
  );
}

/** What is wrong with the save, by what the world saw: it does not know how the controller decides. */
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

/** A recording ends for its own reason. */
function wrongEnding({ before, next, alarm }: Save): string | undefined {
  const { recording } = next;
  if (recording?.phase !== 'stopping' || before?.recording?.phase === 'stopping') return undefined;
  const lasts = alarm?.state === 'ALARM' && alarm.since <= (recording.spikeAt ?? 0);
  return recording.ending === 'ok' && lasts
    ? `${recording.id} ended while its spike lasts`
    : undefined;
}

/** A recording is only forgotten when its flow logs are gone, but for one that AWS made after the stop. */
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
  const kept = new Set(next.mails.map(({ fact }) => factKey(fact)));
  const lost = before?.mails
    .map(({ fact }) => factKey(fact))
    .find((key) => !kept.has(key) && !isTold(key));
  return lost && `"${lost}" is forgotten before it was told`;
}
