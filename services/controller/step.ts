import { type Action, type Fact, factKey, type State, type Watch } from './watch.ts';

/** Longer than the function may run: who took a mail this long ago and has not told us is dead. */
const MAIL_LEASE = 120_000;
/** The newest of those that nobody could be sent: DynamoDB takes items of 400 KB, a fact has up to 5. */
const MOST_MAILS = 40;

/** One part of a decision: what to remember, what to do about it, what to tell. */
export interface Step {
  readonly change?: Partial<State>;
  readonly effects?: readonly Action[];
  readonly facts?: readonly Fact[];
}

/** All is as it should be. */
export const NOTHING: Step = {};

/** The caller is told why nothing is done. */
export function refuse(reason: string): Step {
  return { effects: [{ do: 'refuse', reason }] };
}

/** The steps in their order as one; of two changes to one member the later counts. */
export function merge(...steps: Step[]): Step {
  return {
    change: Object.assign({}, ...steps.map(({ change }) => change)),
    effects: steps.flatMap(({ effects = [] }) => effects),
    facts: steps.flatMap(({ facts = [] }) => facts),
  };
}

/** The step, and then what follows from the state that it leaves. */
export function chain(watch: Watch, step: Step, next: (watch: Watch) => Step): Step {
  return merge(step, next({ ...watch, state: { ...watch.state, ...step.change } }));
}

/**
 * The step as actions: save, then act, then tell. A mail is in the saved state before it is sent and
 * leaves it afterwards, so a crash in between sends it twice rather than never.
 */
export function plan({ state }: Watch, step: Step, now: number): Action[] {
  const { change = {}, effects = [], facts = [] } = step;
  const next = { ...state, ...change };
  const late = next.mails.filter(({ takenAt }) => takenAt + MAIL_LEASE <= now);
  const due = [...late.map(({ fact }) => fact), ...facts];
  const kept = next.mails.filter((mail) => !late.includes(mail));
  const taken = due.map((fact) => ({ fact, takenAt: now }));
  const mails = [...kept, ...taken].slice(-MOST_MAILS);
  const save: Action = { do: 'save', state: { ...next, mails } };
  const isNew = due.length > 0 || Object.keys(change).length > 0;
  const sends = due.map((fact): Action => ({ do: 'send', fact }));
  return [...(isNew ? [save] : []), ...effects, ...sends];
}

/** The mails without the one that tells this fact. */
export function mailsWithout({ mails }: State, fact: Fact): State['mails'] {
  return mails.filter((mail) => factKey(mail.fact) !== factKey(fact));
}
