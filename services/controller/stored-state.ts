import * as v from 'valibot';
import { optionalMember } from '../../shared/read-shape.ts';
import { readStored } from '../../shared/state-item.ts';
import { NEW_STATE, type State } from './watch.ts';

/**
 * The number of the layout of a stored item. A release that renames or reinterprets a member raises it and
 * adds a step to `upgrade`; a release that only adds members does not.
 */
const SCHEMA = 2;

/** Release 0.1.0 wrote items without a number. Its names of members, and the names since schema 2. */
const RENAMED_IN_2: Readonly<Record<string, string>> = {
  settled: 'handledUpTo',
  mails: 'outbox',
  failureTold: 'failureNotified',
  capTold: 'capNotified',
  stopFailureTold: 'stopFailureNotified',
  fact: 'notification',
  takenAt: 'claimedAt',
};

const Text = v.string();
const Time = v.number();
const Ids = v.fallback(v.array(Text), []);

const ENDINGS = [
  ...(['ok', 'time', 'manual', 'vanished', 'closed', 'aborted'] as const),
  ...(['budget', 'unmetered'] as const),
];

const StoredRecording = v.object({
  id: Text,
  phase: v.picklist(['starting', 'recording', 'stopping']),
  cause: v.fallback(v.picklist(['alarm', 'manual']), 'alarm'),
  spikeAt: optionalMember(Time),
  reasonData: optionalMember(Text),
  time: optionalMember(Time),
  deadline: optionalMember(Time),
  startedAt: optionalMember(Time),
  linesSeenAt: optionalMember(Time),
  deliveryError: optionalMember(Text),
  flowLogIds: Ids,
  ending: optionalMember(v.picklist(ENDINGS)),
  endedAt: optionalMember(Time),
  stopFailureNotified: optionalMember(v.boolean()),
  collected: optionalMember(v.boolean()),
});

const StoredNotification = v.variant('kind', [
  v.object({ kind: v.literal('started'), recording: StoredRecording, counted: v.number() }),
  v.object({ kind: v.literal('finished'), recording: StoredRecording, counted: v.number() }),
  v.object({
    kind: v.literal('failed'),
    doing: v.picklist(['start', 'stop', 'deliver']),
    recordingId: Text,
    reason: Text,
  }),
  v.object({ kind: v.literal('capped'), spikeAt: Time, cap: v.number() }),
  v.object({
    kind: v.literal('orphaned'),
    flowLogIds: v.array(Text),
    counted: v.fallback(v.number(), 0),
  }),
  v.object({
    kind: v.literal('digest'),
    since: Time,
    at: v.fallback(Time, 0),
    recordingIds: v.array(Text),
  }),
]);

const Outbox = v.fallback(
  v.pipe(
    v.array(
      v.fallback(
        v.nullable(
          v.object({
            notification: StoredNotification,
            claimedAt: v.fallback(Time, 0),
            done: optionalMember(v.array(Text)),
          }),
        ),
        null,
      ),
    ),
    v.transform((mails) => mails.filter((mail) => mail !== null)),
  ),
  [],
);

const StoredState = v.object({
  recording: optionalMember(StoredRecording),
  counted: v.fallback(v.number(), NEW_STATE.counted),
  handledUpTo: v.fallback(Time, NEW_STATE.handledUpTo),
  outbox: Outbox,
  gatewayName: optionalMember(Text),
  last: optionalMember(StoredRecording),
  recorded: optionalMember(v.object({ since: Time, time: Time })),
  ended: Ids,
  failureNotified: v.fallback(Time, NEW_STATE.failureNotified),
  capNotified: optionalMember(v.number()),
  digest: optionalMember(v.object({ since: Time, told: v.number(), collected: Ids })),
  closed: v.fallback(v.boolean(), NEW_STATE.closed),
});

/**
 * Reads the state in an item of any release. A member that is missing or cannot be read has the value of a new
 * gateway, a mail that cannot be read is dropped, and unknown members are ignored: an item never keeps a
 * gateway from being recorded.
 */
export function readState(text: string): State {
  return readStored(v.pipe(v.unknown(), v.transform(upgrade), StoredState), text, NEW_STATE);
}

/** The state as text for the item, with the number of its schema. */
export function writeState(state: State): string {
  return JSON.stringify({ schema: SCHEMA, ...state });
}

function upgrade(stored: unknown): unknown {
  const schema = isObject(stored) && 'schema' in stored ? Number(stored.schema) : 1;
  return schema < 2 ? renamed(stored) : stored;
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [RENAMED_IN_2[name] ?? name, renamed(member)]),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
