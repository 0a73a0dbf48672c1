import { costOf } from '../../shared/prices/prices.ts';
import { LOOK_EVERY } from './recording.ts';
import { claimMails } from './step.ts';
import type { BudgetStatus, Mail, Recording, State } from './watch.ts';

/** What may be recorded in a calendar month (UTC), all gateways together. 0: no limit. */
export interface Limits {
  /** What the lines may cost, in US dollars. */
  readonly dollars: number;
  /** How long there may be flow logs, in milliseconds. */
  readonly recordingTime: number;
}

/** What CloudWatch metered of the stack's stream. */
export interface Metered {
  /** Bytes since the time that was asked for. */
  readonly bytes: number;
  /** The newest minutes that have a value, by the time of their beginning. */
  readonly minutes: readonly { readonly at: number; readonly bytes: number }[];
}

/** The newest answer of CloudWatch, as it is stored. Times are Unix milliseconds. */
interface Reading {
  readonly at: number;
  /** The bytes since `since`. */
  readonly since: number;
  readonly bytes: number;
  /** The end of the newest minute with a value; 0 for none. */
  readonly upTo: number;
  /** The most bytes of one of the newest minutes. */
  readonly perMinute: number;
}

/** What was used of the limits. */
export interface Usage {
  /** Since when it counts: the beginning of the month, or a later reset. */
  readonly since: number;
  /** When the next month begins. */
  readonly until: number;
  /** Delivered by what CloudWatch shows, and what they cost. */
  readonly bytes: number;
  readonly dollars: number;
  /** With the lines that CloudWatch does not show yet, and those that come until recordings have ended. */
  readonly expectedDollars: number;
  readonly recordingTime: number;
}

/** A gateway by id and name. */
interface Named {
  readonly gatewayId: string;
  readonly gatewayName?: string | undefined;
}

/** A limit that was reached, and what it kept from being recorded. */
export interface Reached {
  readonly at: number;
  readonly by: 'dollars' | 'recordingTime';
  readonly limits: Limits;
  readonly usage: Usage;
  /** The gateways that were being recorded, and those whose alarm was raised without a recording. */
  readonly ended: readonly Named[];
  readonly spikes: readonly Named[];
}

/** What is notified once. */
export type BudgetNotification =
  | ({ readonly kind: 'reached' } & Reached)
  | { readonly kind: 'unmetered'; readonly at: number; readonly reason: string };

/** What is stored of the budget: one item of the stack. */
export interface BudgetState {
  /** When the budget was last reset by hand; 0: never. */
  readonly resetAt: number;
  readonly reached?: Reached | undefined;
  readonly reading?: Reading | undefined;
  /** Since when CloudWatch does not answer, and why. */
  readonly failing?: { readonly since: number; readonly reason: string } | undefined;
  readonly unmeteredNotified: boolean;
  readonly outbox: readonly Mail<BudgetNotification>[];
}

/** Equal for two notifications that tell the same. */
export function budgetKey({ kind, at }: BudgetNotification): string {
  return `${kind} ${at}`;
}

export const NEW_BUDGET: BudgetState = { resetAt: 0, unmeteredNotified: false, outbox: [] };

/** Everything that the budget depends on. */
export interface BudgetFacts {
  readonly limits: Limits;
  /** What a GiB of lines costs, in US dollars. */
  readonly perGib: number;
  readonly state: BudgetState;
  readonly gateways: readonly { readonly gatewayId: string; readonly state: State }[];
  /** CloudWatch's answer, or why there is none; undefined: it was not asked. */
  readonly answer?: Metered | { readonly failure: string } | undefined;
}

/** How the budget stands. */
export interface Assessment {
  readonly status: BudgetStatus;
  readonly usage: Usage;
  /** With what CloudWatch answered. */
  readonly state: BudgetState;
  /** The limit that is reached, but was not before. */
  readonly newlyReached?: Reached['by'] | undefined;
  /** Why the status is `unmetered` or `unknown`. */
  readonly reason?: string | undefined;
}

const MINUTE_MS = 60_000;
/** Lines come after their flow log is deleted: those of the last window of a minute, some two minutes late. */
const TAIL_MS = 3 * MINUTE_MS;
/** Longer than CloudWatch takes to show a metric. What is delivered unseen for longer may cost any amount. */
const BLIND_MS = 10 * MINUTE_MS;
/** The rate of lines is the largest of so many of the newest minutes: the last one may be incomplete. */
const RATE_MINUTES = 3;

/** Since when the budget counts: the beginning of the calendar month (UTC), or a later reset. */
export function countedSince({ resetAt }: BudgetState, now: number): number {
  return Math.max(monthOf(now, 0), resetAt);
}

function monthOf(now: number, months: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months);
}

/**
 * How the budget stands. A limit counts as reached once what is not metered yet would reach it: with the newest
 * rate, until recordings can have ended by the next look and their last lines are in. So the limit is exceeded by
 * no more than the rate rises in that time.
 */
export function assess(facts: BudgetFacts, now: number): Assessment {
  const { limits } = facts;
  const state = noted(facts, now);
  const usage = usageOf({ ...facts, state }, now);
  const found = { usage, state };
  if (isReached(state, limits, usage.since)) return { ...found, status: 'reached' };
  const newlyReached = reachedLimit(usage, limits, activeIn(facts).length);
  if (newlyReached !== undefined) return { ...found, status: 'reached', newlyReached };
  const { failing, reading } = state;
  if (failing !== undefined && reading === undefined && now - failing.since <= BLIND_MS)
    return { ...found, status: 'unknown', reason: failing.reason };
  const reason = unmeteredReason({ ...facts, state }, now);
  return { ...found, status: reason === undefined ? 'open' : 'unmetered', reason };
}

/** The state with CloudWatch's answer. */
function noted({ state, answer }: BudgetFacts, now: number): BudgetState {
  if (answer === undefined) return state;
  if ('failure' in answer) {
    return { ...state, failing: { since: state.failing?.since ?? now, reason: answer.failure } };
  }
  const newest = answer.minutes.toSorted((a, b) => b.at - a.at).slice(0, RATE_MINUTES);
  const upTo = newest[0] === undefined ? 0 : newest[0].at + MINUTE_MS;
  const reading: Reading = {
    ...{ at: now, since: countedSince(state, now), bytes: answer.bytes, upTo },
    perMinute: Math.max(0, ...newest.map(({ bytes }) => bytes)),
  };
  const unmeteredNotified = state.unmeteredNotified && upTo < now - BLIND_MS;
  return { ...state, reading, failing: undefined, unmeteredNotified };
}

function usageOf(facts: BudgetFacts, now: number): Usage {
  const { state, perGib } = facts;
  const since = countedSince(state, now);
  const { reading } = state;
  const bytes = reading?.since === since ? reading.bytes : 0;
  const active = activeIn(facts);
  const over = facts.gateways.map(({ state: { recorded } }) =>
    recorded?.since === since ? recorded.time : 0,
  );
  const running = active.map(({ startedAt = now }) =>
    Math.max(0, now - Math.max(since, startedAt)),
  );
  return {
    ...{ since, until: monthOf(now, 1), bytes, dollars: costOf(bytes, perGib) },
    expectedDollars: costOf(bytes + unseenBytes(reading, active, now), perGib),
    recordingTime: [...over, ...running].reduce((sum, time) => sum + time, 0),
  };
}

/** The bytes that CloudWatch does not show yet, and those that come until recordings can have ended. */
function unseenBytes(reading: Reading | undefined, active: readonly Recording[], now: number) {
  if (active.length === 0 || !reading?.upTo) return 0;
  const from = Math.max(reading.upTo, Math.min(...active.map(({ startedAt = now }) => startedAt)));
  return ((Math.max(0, now - from) + LOOK_EVERY + TAIL_MS) / MINUTE_MS) * reading.perMinute;
}

/** The recordings that there are. */
function activeIn({ gateways }: BudgetFacts): Recording[] {
  return gateways.flatMap(({ state: { recording } }) => recording ?? []);
}

function reachedLimit(
  { dollars, expectedDollars, recordingTime }: Usage,
  limits: Limits,
  active: number,
): Reached['by'] | undefined {
  if (limits.dollars > 0 && Math.max(dollars, expectedDollars) >= limits.dollars) return 'dollars';
  // What recordings use until the next look.
  const next = Math.max(1, active) * LOOK_EVERY;
  const isUsedUp = limits.recordingTime > 0 && recordingTime + next > limits.recordingTime;
  return isUsedUp ? 'recordingTime' : undefined;
}

/** Whether these limits are known to have been reached since then. */
function isReached({ reached }: BudgetState, { dollars, recordingTime }: Limits, since: number) {
  if (reached === undefined || reached.at < since) return false;
  const { limits } = reached;
  return limits.dollars === dollars && limits.recordingTime === recordingTime;
}

/** Why it is not known what recording costs: CloudWatch does not answer, or does not show what is delivered. */
function unmeteredReason(facts: BudgetFacts, now: number): string | undefined {
  const { limits, state } = facts;
  const { failing, reading } = state;
  if (limits.dollars === 0) return undefined;
  if (failing !== undefined && now - failing.since > BLIND_MS) return failing.reason;
  const isOld = (time = Number.POSITIVE_INFINITY) => time < now - BLIND_MS;
  const isDelivered = activeIn(facts).some(({ linesSeenAt }) => isOld(linesSeenAt));
  return isDelivered && isOld(reading?.upTo ?? 0)
    ? 'lines are being delivered, and CloudWatch shows no IncomingBytes of the stream for ten minutes'
    : undefined;
}

/** What reaching a limit ends, and the raised alarms whose spikes are not recorded. */
export function reach(
  by: Reached['by'],
  { usage }: Assessment,
  { limits, gateways }: BudgetFacts,
  raised: Iterable<string>,
  now: number,
): Reached {
  const isRecorded = (id: string) =>
    gateways.some(({ gatewayId, state }) => gatewayId === id && state.recording !== undefined);
  const named = (gatewayId: string): Named => ({
    gatewayId,
    gatewayName: gateways.find((gateway) => gateway.gatewayId === gatewayId)?.state.gatewayName,
  });
  const ended = gateways.map(({ gatewayId }) => gatewayId).filter(isRecorded);
  const spikes = [...raised].filter((id) => !isRecorded(id));
  return { at: now, by, limits, usage, ended: ended.map(named), spikes: spikes.map(named) };
}

/** The state to be saved, and the notifications to be sent after it is saved. Each is sent once. */
export function decideBudget(
  { status, state, reason = '' }: Assessment,
  reached: Reached | undefined,
  now: number,
): { readonly state: BudgetState; readonly due: readonly Mail<BudgetNotification>[] } {
  const isUnmetered = status === 'unmetered' && !state.unmeteredNotified;
  const news: BudgetNotification[] = [
    ...(reached === undefined ? [] : [{ kind: 'reached' as const, ...reached }]),
    ...(isUnmetered ? [{ kind: 'unmetered' as const, at: now, reason }] : []),
  ];
  const { outbox, due } = claimMails(state.outbox, news, now);
  if (due.length === 0) return { state, due };
  const unmeteredNotified = state.unmeteredNotified || isUnmetered;
  return { state: { ...state, reached: reached ?? state.reached, unmeteredNotified, outbox }, due };
}

/** The state after a reset: what was used before does not count. */
export function reset(state: BudgetState, now: number): BudgetState {
  return { ...state, resetAt: now, reached: undefined, outbox: [] };
}
