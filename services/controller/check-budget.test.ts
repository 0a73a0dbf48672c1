import { expect, test } from '@jest/globals';
import { PartlySent } from '../../shared/notification/send-each.ts';
import { type BudgetState, NEW_BUDGET } from './budget.ts';
import { checkBudget } from './check-budget.ts';
import type { Ports } from './reconcile.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 14);

test("a budget's notification that went on one way goes on the other alone", async () => {
  let [state, version, now] = [NEW_BUDGET as BudgetState, 0, NOW];
  const asked: (readonly string[] | undefined)[] = [];
  const ports = {
    now: () => now,
    list: async () => [],
    alarms: async () => new Map(),
    budget: {
      // One look takes longer than that, so it is reached at once.
      limits: { dollars: 0, recordingTime: 1 },
      prices: [],
      load: async () => ({ state, version }),
      save: async (next: BudgetState) => {
        [state, version] = [next, version + 1];
        return true;
      },
      notify: async (_: unknown, done?: readonly string[]) => {
        asked.push(done);
        if (asked.length === 1) throw new PartlySent(['mail'], new Error('events:PutEvents: no'));
      },
    },
  } as unknown as Ports;
  expect(await checkBudget(ports, 'sweep')).toMatchObject({ error: { done: ['mail'] } });
  now += 120_000;
  expect(await checkBudget(ports, 'sweep')).toMatchObject({ error: undefined });
  expect(asked).toEqual([undefined, ['mail']]);
  expect(state.outbox).toEqual([]);
});
