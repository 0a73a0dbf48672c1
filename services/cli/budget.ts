import { Argument, Command } from 'commander';
import type { Invoke } from '../../shared/aws/functions.ts';
import { DEFAULT_STACK, functionName } from '../../shared/command-line.ts';
import type { BudgetAnswer } from '../../shared/contract/budget.ts';
import { readControllerAnswer } from '../../shared/contract/controller.ts';
import { writeLine } from '../../shared/terminal.ts';
import { dollars, duration, size, unitPrice } from '../../shared/text/units.ts';
import { utcMinute } from '../../shared/text/utc.ts';
import { withAws } from './aws-options.ts';
import { RunError } from './errors.ts';

interface BudgetOptions {
  readonly stack: string;
  readonly json?: true;
}

const ACTIONS = ['show', 'reset'] as const;
type Action = (typeof ACTIONS)[number];

/** `natflow budget`: shows what a deployed stack has used of its monthly budget, or resets it. */
export function budgetCommand(invoke: Invoke): Command {
  return withAws(new Command('budget'))
    .description('show what a deployed stack has used of its monthly budget, or reset it')
    .addArgument(
      new Argument('[action]', 'reset: what was used before does not count')
        .choices(ACTIONS)
        .default('show'),
    )
    .option('--stack <name>', 'the stack, when it has another name', DEFAULT_STACK)
    .option('--json', 'print the answer as JSON')
    .action(async (action: Action, { stack, json }: BudgetOptions) => {
      const command = { command: action === 'reset' ? 'reset-budget' : 'budget' };
      const answer = readControllerAnswer(await invoke(functionName(stack, 'controller'), command));
      const refused = answer.refused ?? answer.ignored;
      if (refused !== undefined) throw new RunError(`cannot ${action} the budget: ${refused}`);
      const { budget } = answer;
      if (json) writeLine(JSON.stringify(budget ?? null));
      else if (budget === undefined) writeLine(NONE);
      else budgetLines(budget).forEach(writeLine);
    });
}

const NONE = 'no budget: neither MonthlyBudget nor MonthlyRecordingHours is set';

/** How a budget stands: what it means for recordings, what was spent by what prices, and when it is reset. */
function budgetLines(budget: BudgetAnswer): string[] {
  const { bytes, limits, prices, since, until, recordingTime } = budget;
  const perGib = prices.map(({ part, perGib: price }) => `${part} ${unitPrice(price)}`).join(', ');
  const expected =
    budget.expectedDollars === budget.dollars
      ? ''
      : `, about ${dollars(budget.expectedDollars)} with what CloudWatch does not show yet`;
  return [
    standing(budget),
    `spent       ${dollars(budget.dollars)}${of(limits.dollars, dollars)}${expected}`,
    `delivered   ${size(bytes)}, as CloudWatch shows it, at ${perGib} a GB`,
    `recorded    ${hours(recordingTime)}${of(limits.recordingTime, hours)}`,
    `counted     since ${utcMinute(since)} UTC, until ${utcMinute(until)} UTC`,
  ];
}

/** The same in one line. */
export function budgetLine(budget: BudgetAnswer): string {
  const { dollars: spent, limits, recordingTime } = budget;
  return `${standing(budget)}; ${dollars(spent)}${of(limits.dollars, dollars)} spent, ${hours(recordingTime)}${of(limits.recordingTime, hours)} recorded`;
}

/** What is left until the budget is reset by itself, in one line. */
export function leftLine(budget: BudgetAnswer): string {
  const { status, until, limits, recordingTime, expectedDollars } = budget;
  if (status !== 'open') return standing(budget);
  const left = (limit: number, used: number, text: (amount: number) => string) =>
    limit === 0 ? [] : [`${text(Math.max(0, limit - used))} of ${text(limit)}`];
  const parts = [
    ...left(limits.recordingTime, recordingTime, hours).map((text) => `${text} of recording`),
    ...left(limits.dollars, expectedDollars, dollars),
  ];
  return `left until ${utcMinute(until)} UTC: ${parts.join(', ')}`;
}

function standing({ status, reason, reachedAt }: BudgetAnswer): string {
  switch (status) {
    case 'open':
      return 'within the budget: spikes are recorded';
    case 'reached':
      return `the budget is reached${reachedAt === undefined ? '' : ` since ${utcMinute(reachedAt)} UTC`}: nothing is recorded`;
    case 'unmetered':
    case 'unknown':
      return `not known, so no recording begins: ${reason}`;
  }
}

function of(limit: number, text: (amount: number) => string): string {
  return limit === 0 ? ', no limit' : ` of ${text(limit)}`;
}

function hours(ms: number): string {
  return duration(Math.round(ms / 1000));
}
