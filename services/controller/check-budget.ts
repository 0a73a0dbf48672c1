import type { BudgetAnswer } from '../../shared/contract/budget.ts';
import { PartlySent } from '../../shared/notification/send-each.ts';
import { changeItem, loadItem, untilSaved } from '../../shared/state-item.ts';
import {
  type Assessment,
  assess,
  type BudgetFacts,
  type BudgetNotification,
  budgetKey,
  countedSince,
  decideBudget,
  NEW_BUDGET,
  reach,
  reset,
} from './budget.ts';
import type { BudgetPorts, Ports } from './reconcile.ts';
import { afterSending } from './step.ts';
import type { Budget, EventKind, Mail } from './watch.ts';

/** The budget as it stands for the gateways, and the error that is worth a retry of the invocation. */
export interface CheckedBudget {
  readonly budget?: Budget | undefined;
  readonly error?: unknown;
}

const ITEM = 'the budget';
/** An answer of CloudWatch that is younger serves the looks of other gateways in the same minute, in milliseconds. */
const FRESH_MS = 5_000;
/** The events that may begin a recording, or end one because of the budget. */
const CHECKED: ReadonlySet<EventKind> = new Set(['alarm', 'timer', 'sweep', 'start']);

/**
 * How the budget stands for an event of a gateway: load, assess, save, notify. An error in this leaves it unknown,
 * and does not keep a recording from being stopped.
 * @throws when the budget's item cannot be read.
 */
export async function checkBudget(ports: Ports, kind: EventKind): Promise<CheckedBudget> {
  const { budget: calls } = ports;
  if (calls === undefined) return {};
  const { state } = await loadItem(calls, NEW_BUDGET);
  const since = countedSince(state, ports.now());
  if (!CHECKED.has(kind)) return { budget: { status: 'open', since } };
  try {
    return await check(ports, calls);
  } catch (error) {
    const reason = `it is not known whether the budget is reached: ${textOf(error)}`;
    return { budget: { status: 'unknown', since, reason }, error };
  }
}

/** How the budget stands, as it is answered; undefined: the stack has none. Nothing is saved or notified. */
export async function budgetAnswer(ports: Ports): Promise<BudgetAnswer | undefined> {
  const { budget: calls } = ports;
  if (calls === undefined) return undefined;
  const { facts, now } = await gather(ports, calls);
  const { status, reason, usage, state } = assess(facts, now);
  const { limits, prices } = calls;
  const reachedAt = status === 'reached' ? state.reached?.at : undefined;
  return { status, reason, ...usage, limits, prices: [...prices], reachedAt };
}

/** Resets the budget: what was used before does not count. */
export async function resetBudget(ports: Ports): Promise<void> {
  const { budget: calls } = ports;
  if (calls === undefined) return;
  await changeItem(ITEM, calls, NEW_BUDGET, (state) => reset(state, ports.now()));
}

async function check(ports: Ports, calls: BudgetPorts): Promise<CheckedBudget> {
  const { assessment, due } = await untilSaved(ITEM, () => assessAndSave(ports, calls));
  const errors = await notifyAll(calls, due);
  const { status, reason, usage } = assessment;
  const error = status === 'unknown' ? new Error(reason) : errors[0];
  return { budget: { status, since: usage.since, reason: refusalText(assessment) }, error };
}

/** Undefined: another invocation has saved the budget since it was loaded. */
async function assessAndSave(ports: Ports, calls: BudgetPorts) {
  const { facts, version, now } = await gather(ports, calls);
  const assessment = assess(facts, now);
  const { newlyReached: by } = assessment;
  const reached = by && reach(by, assessment, facts, await raisedAlarms(ports), now);
  const { state, due } = decideBudget(assessment, reached, now);
  const isSaved = state === facts.state || (await calls.save(state, version));
  return isSaved ? { assessment, due } : undefined;
}

/** Why no recording begins. */
function refusalText({ status, reason }: Assessment): string | undefined {
  if (status === 'open') return undefined;
  if (status === 'reached') return "the stack's budget is reached, and has to be reset first";
  return `it is not known what recording has cost this month: ${reason}`;
}

async function gather(ports: Ports, calls: BudgetPorts) {
  const [{ state, version }, gateways] = [await loadItem(calls, NEW_BUDGET), await ports.list()];
  const now = ports.now();
  const { limits, prices } = calls;
  const perGib = prices.reduce((sum, price) => sum + price.perGib, 0);
  const known: BudgetFacts = { limits, perGib, state, gateways };
  const answer = isAsked(known, now) ? await ask(calls, countedSince(state, now), now) : undefined;
  return { facts: { ...known, answer }, version, now };
}

/** CloudWatch is asked where dollars are limited, unless another look has just asked. */
function isAsked({ limits, state: { reading, resetAt } }: BudgetFacts, now: number): boolean {
  if (limits.dollars === 0) return false;
  return reading === undefined || reading.at < resetAt || now - reading.at >= FRESH_MS;
}

async function ask({ metered }: BudgetPorts, since: number, now: number) {
  try {
    return await metered(since, now);
  } catch (error) {
    return { failure: textOf(error) };
  }
}

async function raisedAlarms({ alarms }: Ports): Promise<string[]> {
  return [...(await alarms())].filter(([, { state }]) => state === 'ALARM').map(([id]) => id);
}

/** Sends notifications, each of which leaves the outbox once it was sent. Resolves with the errors. */
async function notifyAll(calls: BudgetPorts, due: readonly Mail<BudgetNotification>[]) {
  const errors: unknown[] = [];
  for (const { notification, done } of due) {
    try {
      await calls.notify(notification, done);
      await noteSent(calls, notification);
    } catch (error) {
      errors.push(error);
      if (error instanceof PartlySent) await noteSent(calls, notification, error.done);
    }
  }
  return errors;
}

async function noteSent(calls: BudgetPorts, sent: BudgetNotification, done?: readonly string[]) {
  const isSent = (each: BudgetNotification) => budgetKey(each) === budgetKey(sent);
  await changeItem(ITEM, calls, NEW_BUDGET, (state) => ({
    ...state,
    outbox: afterSending(state.outbox, isSent, done),
  }));
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
