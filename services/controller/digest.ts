import { NOTHING, type Step } from './step.ts';
import type { DigestPeriod, Notification, Recording, Watch, WatchEvent } from './watch.ts';

/** The most recordings that are collected. The next sweep tells of them. */
const MOST_COLLECTED = 100;

/** The end of a period, in Unix milliseconds: recordings that begin before it are collected; 0 without a rule. */
export function endOf({ rules }: Pick<Watch, 'rules'>, { since }: DigestPeriod): number {
  return rules.digest === undefined ? 0 : since + rules.digest.time;
}

/** Whether further recordings of this gateway are collected. */
export function isFull({ rules }: Pick<Watch, 'rules'>, { told }: DigestPeriod): boolean {
  return rules.digest !== undefined && told >= rules.digest.after;
}

/** Whether a recording of this spike is collected if it begins now. One whose start a mail has called failed is not. */
export function isCollected(watch: Watch, spikeAt: number, now: number): boolean {
  const { digest, failureNotified } = watch.state;
  if (digest === undefined || spikeAt <= failureNotified) return false;
  return isFull(watch, digest) && now < endOf(watch, digest);
}

/**
 * A recording by alarm is over: it is collected, or one more that is told by itself. The first one after a period
 * begins the next.
 */
export function countedForDigest(watch: Watch, recording: Recording, now: number): Step {
  const { rules, state } = watch;
  const { digest } = state;
  if (recording.collected) {
    const { since = now, told = rules.digest?.after ?? 0, collected = [] } = digest ?? {};
    return { change: { digest: { since, told, collected: [...collected, recording.id] } } };
  }
  if (rules.digest === undefined || recording.cause === 'manual') return NOTHING;
  if (digest !== undefined && now < endOf(watch, digest)) {
    return { change: { digest: { ...digest, told: digest.told + 1 } } };
  }
  const next: Step = { change: { digest: { since: now, told: 1, collected: [] } } };
  return { ...next, notifications: digestOf(digest, now) };
}

/** A sweep tells of the recordings of a period that is over, and the end of the stack of all. */
export function dueDigest(watch: Watch, event: WatchEvent, now: number): Step {
  const { digest, recording } = watch.state;
  if (digest === undefined || digest.collected.length === 0) return NOTHING;
  const isOver = now >= endOf(watch, digest) && !recording?.collected;
  const isDue = isOver || digest.collected.length >= MOST_COLLECTED;
  const isTold = event.kind === 'close' || (event.kind === 'sweep' && isDue);
  return isTold ? { change: { digest: undefined }, notifications: digestOf(digest, now) } : NOTHING;
}

function digestOf(digest: DigestPeriod | undefined, at: number): Notification[] {
  if (digest === undefined || digest.collected.length === 0) return [];
  return [{ kind: 'digest', since: digest.since, at, recordingIds: digest.collected }];
}

/** Whether a notification goes to programs alone, because a digest tells it to people. */
export function isQuiet(notification: Notification): boolean {
  if (notification.kind !== 'started' && notification.kind !== 'finished') return false;
  const { collected = false, ending = 'ok' } = notification.recording;
  return collected && (ending === 'ok' || ending === 'time');
}
