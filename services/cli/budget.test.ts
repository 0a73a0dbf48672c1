import { expect, test } from '@jest/globals';
import type { BudgetAnswer } from '../../shared/contract/budget.ts';
import { typedCommand } from '../../tests/support/typed-command.ts';
import { budgetCommand } from './budget.ts';
import { RunError } from './errors.ts';

const { typed, printed } = typedCommand(budgetCommand);

const BUDGET: BudgetAnswer = {
  status: 'open',
  ...{ since: Date.UTC(2026, 10), until: Date.UTC(2026, 11) },
  ...{ bytes: 3 * 2 ** 30, dollars: 1.14, expectedDollars: 1.2, recordingTime: 5_400_000 },
  limits: { dollars: 20, recordingTime: 0 },
  prices: [
    { part: 'delivery', perGib: 0.25 },
    { part: 'Firehose', perGib: 0.13 },
  ],
};

test('a budget is shown with what was used, by what prices, and until when', async () => {
  const called = await typed('budget --stack two', { gateways: [], budget: BUDGET });
  expect(called).toEqual([['two-controller', { command: 'budget' }]]);
  expect(printed()).toBe(
    [
      'within the budget: spikes are recorded',
      'spent       $1.14 of $20.00, about $1.20 with what CloudWatch does not show yet',
      'delivered   3.00 GiB, as CloudWatch shows it, at delivery $0.25, Firehose $0.13 a GB',
      'recorded    1 h 30 min, no limit',
      'counted     since 2026-11-01 00:00 UTC, until 2026-12-01 00:00 UTC',
      '',
    ].join('\n'),
  );
});

test('a reset is one command', async () => {
  const budget = { ...BUDGET, bytes: 0, dollars: 0, expectedDollars: 0 };
  const called = await typed('budget reset --json', { gateways: [], budget });
  expect(called).toEqual([['natflow-controller', { command: 'reset-budget' }]]);
  expect(JSON.parse(printed())).toEqual(budget);
});

test.each([
  [{ status: 'reached' }, 'the budget is reached: nothing is recorded'],
  [
    { status: 'reached', reachedAt: Date.UTC(2026, 10, 22, 10, 31) },
    'the budget is reached since 2026-11-22 10:31 UTC: nothing is recorded',
  ],
  [{ status: 'unknown', reason: 'throttled' }, 'not known, so no recording begins: throttled'],
] as const)('the first line of %j says whether spikes are recorded', async (change, line) => {
  await typed('budget', { gateways: [], budget: { ...BUDGET, ...change } });
  expect(printed().split('\n')[0]).toBe(line);
});

test('a stack without a budget has none to show or to reset', async () => {
  await typed('budget', { gateways: [] });
  expect(printed()).toBe('no budget: neither MonthlyBudget nor MonthlyRecordingHours is set\n');
  const refused = 'the stack has neither MonthlyBudget nor MonthlyRecordingHours';
  await expect(typed('budget reset', { gateways: [], refused })).rejects.toThrow(
    new RunError(`cannot reset the budget: ${refused}`),
  );
});
