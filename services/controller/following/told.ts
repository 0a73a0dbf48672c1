import * as v from 'valibot';
import { isClaimed } from '../../../shared/notification/claim.ts';
import { readStored } from '../../../shared/state-item.ts';

/** A gateway by its id, and its name if it has one. */
export type NamedGateway = v.InferOutput<typeof GATEWAY>;

/** What the next mail tells: gateways that got an alarm, and those that have none any more. */
export type WatchNews = v.InferOutput<typeof NEWS>;

/** News as they are stored until they are sent. */
export type NewsMail = NonNullable<Told['mail']>;

/** What is stored of the gateways of a stack. One item, saved as a whole. */
export type Told = v.InferOutput<typeof TOLD>;

const GATEWAY = v.object({ id: v.string(), name: v.exactOptional(v.string()) });
const NEWS = v.object({
  added: v.array(GATEWAY),
  removed: v.array(v.object({ ...GATEWAY.entries, isDeleted: v.boolean() })),
});
const TOLD = v.object({
  /** The gateways that the user knows to be watched; undefined before the first sweep. */
  watched: v.exactOptional(v.array(GATEWAY)),
  /** A mail that is saved before it is sent, and removed afterwards; when an invocation took it for sending. */
  mail: v.exactOptional(
    v.object({
      ...NEWS.entries,
      claimedAt: v.number(),
      /** When its first news came; absent in an item of release 0.1. */
      at: v.exactOptional(v.number()),
      /** The ways on which it was sent, when another failed. */
      done: v.exactOptional(v.array(v.string())),
    }),
  ),
  /** The stack is being deleted: no alarm is made. */
  closed: v.boolean(),
});

/** A stack before its first sweep. */
export const NOTHING_TOLD: Told = { closed: false };

/** The gateways of a stack at a sweep. */
interface Watching {
  /** Those with an alarm. */
  readonly watched: readonly NamedGateway[];
  /** Those that the deployment gave one, as the user knows. */
  readonly deployed: readonly NamedGateway[];
  readonly isDeleted: (gatewayId: string) => boolean;
}

/** The item with what has changed since, as a mail to be sent; the same item when there is nothing to tell now. */
export function withNews(
  told: Told,
  { watched, deployed, isDeleted }: Watching,
  now: number,
): Told {
  const { watched: before = deployed, mail } = told;
  const isIn = (list: readonly NamedGateway[]) => {
    const ids = new Set(list.map(({ id }) => id));
    return ({ id }: NamedGateway) => ids.has(id);
  };
  const added = watched.filter((each) => !isIn(before)(each));
  const gone = before.filter((each) => !isIn(watched)(each));
  const removed = gone.map((each) => ({ ...each, isDeleted: isDeleted(each.id) }));
  const isUnsent = mail !== undefined && !isClaimed(mail, now);
  if (told.watched !== undefined && added.length + removed.length === 0 && !isUnsent) return told;
  const kept = { watched: [...watched], closed: told.closed };
  // What another invocation is sending is left to it, and what is new comes with the next sweep.
  if (mail !== undefined && !isUnsent) return told;
  // So it does with what is left of a mail: what is new was on none of its ways.
  if (mail?.done !== undefined) return { ...told, mail: { ...mail, claimedAt: now } };
  const news = merged(mail ?? { added: [], removed: [] }, { added, removed });
  return news.added.length + news.removed.length === 0
    ? kept
    : { ...kept, mail: { ...news, at: mail?.at ?? now, claimedAt: now } };
}

/** The item once its mail was sent. */
export function withoutMail({ mail: _, ...told }: Told): Told {
  return told;
}

/** The item once its mail was sent on these ways, and failed on another. */
export function withDone(told: Told, done: readonly string[]): Told {
  return told.mail === undefined ? told : { ...told, mail: { ...told.mail, done: [...done] } };
}

/** Two mails as one. A gateway that came and went between them is told as what it is now. */
function merged(older: WatchNews, newer: WatchNews): WatchNews {
  const changed = new Set([...newer.added, ...newer.removed].map(({ id }) => id));
  return {
    added: [...older.added.filter(({ id }) => !changed.has(id)), ...newer.added],
    removed: [...older.removed.filter(({ id }) => !changed.has(id)), ...newer.removed],
  };
}

/** Reads the item. One that cannot be read is as before the first sweep: nothing is told of what there is already. */
export function readTold(text: string): Told {
  return readStored(TOLD, text, NOTHING_TOLD);
}

/** The item as text. */
export function writeTold(told: Told): string {
  return JSON.stringify(told);
}
