import { isClaimed } from '../../shared/notification/claim.ts';
import {
  type Action,
  type Mail,
  type Notification,
  notificationKey,
  type State,
  type Watch,
} from './watch.ts';

/** The most mails in an outbox. An item of DynamoDB has at most 400 KB, and a notification up to 5. */
const MOST_MAILS = 40;

/** One part of a decision: changes to the state, actions, and notifications. */
export interface Step {
  readonly change?: Partial<State>;
  readonly effects?: readonly Action[];
  readonly notifications?: readonly Notification[];
}

/** The step that changes nothing. */
export const NOTHING: Step = {};

/** Rejects a command with the reason. */
export function refuse(reason: string): Step {
  return { effects: [{ do: 'refuse', reason }] };
}

/** The steps as one, in their order. Of two changes to one member the later one counts. */
export function merge(...steps: Step[]): Step {
  return {
    change: Object.assign({}, ...steps.map(({ change }) => change)),
    effects: steps.flatMap(({ effects = [] }) => effects),
    notifications: steps.flatMap(({ notifications = [] }) => notifications),
  };
}

/** The step, and then what follows from the state that it leaves. */
export function chain(watch: Watch, step: Step, next: (watch: Watch) => Step): Step {
  return merge(step, next({ ...watch, state: { ...watch.state, ...step.change } }));
}

/**
 * The actions of a step: save, then act, then notify. Mails use an outbox: saved with the state, claimed for
 * two minutes, removed after sending. A crash in between sends a mail twice rather than never.
 */
export function plan({ state }: Watch, step: Step, now: number): Action[] {
  const { change = {}, effects = [], notifications = [] } = step;
  const next = { ...state, ...change };
  const { outbox, due } = claimMails(next.outbox, notifications, now);
  const save: Action = { do: 'save', state: { ...next, outbox } };
  const isChanged = due.length > 0 || Object.keys(change).length > 0;
  const sends = due.map(
    ({ notification, done }): Action => ({ do: 'send', notification, ...(done && { done }) }),
  );
  return [...(isChanged ? [save] : []), ...effects, ...sends];
}

/** The outbox after the mail of this notification was sent, on some ways or, if these are undefined, on all. */
export function outboxAfter(
  { outbox }: Pick<State, 'outbox'>,
  notification: Notification,
  done: readonly string[] | undefined,
): State['outbox'] {
  const key = notificationKey(notification);
  return afterSending(outbox, (mail) => notificationKey(mail) === key, done);
}

/** Any outbox, without the mail that was sent, or with the ways that are done. */
export function afterSending<News>(
  outbox: readonly Mail<News>[],
  isSent: (notification: News) => boolean,
  done: readonly string[] | undefined,
): readonly Mail<News>[] {
  return outbox.flatMap((mail) => {
    if (!isSent(mail.notification)) return [mail];
    return done === undefined ? [] : [{ ...mail, done }];
  });
}

/** The outbox with mails for these notifications, and all that this invocation has claimed and is to send. */
export function claimMails<News>(
  outbox: readonly Mail<News>[],
  notifications: readonly News[],
  now: number,
): { readonly outbox: readonly Mail<News>[]; readonly due: readonly Mail<News>[] } {
  const unclaimed = outbox.filter((mail) => !isClaimed(mail, now));
  const news = notifications.map((notification) => ({ notification }));
  const due = [...unclaimed, ...news].map((mail) => ({ ...mail, claimedAt: now }));
  const claimed = outbox.filter((mail) => !unclaimed.includes(mail));
  return { outbox: [...claimed, ...due].slice(-MOST_MAILS), due };
}
