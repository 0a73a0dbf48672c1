import * as v from 'valibot';
import { optionalMember } from '../../shared/read-shape.ts';
import { readStored } from '../../shared/state-item.ts';
import { type BudgetState, NEW_BUDGET } from './budget.ts';

/** The number of the layout of the stored budget. A release that reinterprets a member raises it. */
const SCHEMA = 1;

const Amount = v.number();
const Limits = v.object({ dollars: Amount, recordingTime: Amount });
const Usage = v.object({
  ...{ since: Amount, until: Amount, bytes: Amount, dollars: Amount },
  ...{ expectedDollars: Amount, recordingTime: Amount },
});
const Gateways = v.array(v.object({ gatewayId: v.string(), gatewayName: v.optional(v.string()) }));
const Reached = {
  ...{ at: Amount, by: v.picklist(['dollars', 'recordingTime']), limits: Limits, usage: Usage },
  ...{ ended: Gateways, spikes: Gateways },
};

const BudgetNotification = v.variant('kind', [
  v.object({ kind: v.literal('reached'), ...Reached }),
  v.object({ kind: v.literal('unmetered'), at: Amount, reason: v.string() }),
]);

const Stored = v.object({
  resetAt: v.fallback(Amount, NEW_BUDGET.resetAt),
  reached: optionalMember(v.object(Reached)),
  reading: optionalMember(
    v.object({ at: Amount, since: Amount, bytes: Amount, upTo: Amount, perMinute: Amount }),
  ),
  failing: optionalMember(v.object({ since: Amount, reason: v.string() })),
  unmeteredNotified: v.fallback(v.boolean(), NEW_BUDGET.unmeteredNotified),
  outbox: v.fallback(
    v.array(
      v.object({
        notification: BudgetNotification,
        claimedAt: v.fallback(Amount, 0),
        done: optionalMember(v.array(v.string())),
      }),
    ),
    [],
  ),
});

/**
 * Reads the stored budget. A member that is missing or cannot be read has the value of a new budget: what was used is
 * asked of CloudWatch and of the gateways' items, so it is not lost.
 */
export function readBudgetState(text: string): BudgetState {
  return readStored(Stored, text, NEW_BUDGET);
}

/** The budget as text for its item, with the number of its schema. */
export function writeBudgetState(state: BudgetState): string {
  return JSON.stringify({ schema: SCHEMA, ...state });
}
