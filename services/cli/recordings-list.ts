import type { Invoke } from '../../shared/aws/functions.ts';
import { functionName } from '../../shared/command-line.ts';
import type { BudgetAnswer } from '../../shared/contract/budget.ts';
import { readControllerAnswer } from '../../shared/contract/controller.ts';
import type { Overview, ReporterAnswer, ReporterCommand } from '../../shared/contract/reporter.ts';
import { type MonthReport, monthAt } from '../../shared/report/model/month.ts';
import { type MonthSum, sumsByMonth } from '../../shared/report/model/overview.ts';
import { monthCsv } from '../../shared/report/render/month-csv.ts';
import { monthLines } from '../../shared/report/render/month-text.ts';
import { say, writeLine, writeOutput } from '../../shared/terminal.ts';
import { type Align, columns } from '../../shared/text/columns.ts';
import { counted, dollars, duration, size } from '../../shared/text/units.ts';
import { utcSecond } from '../../shared/text/utc.ts';
import { leftLine } from './budget.ts';
import { RunError, UsageError } from './errors.ts';
import { checkBegun } from './options.ts';
import { type OpenSummaries, readMonthFrom } from './recordings-month.ts';

/** The stack that is asked. */
export interface StackOptions {
  readonly stack: string;
}

/** Which recordings are listed, and how. */
export interface ListOptions extends StackOptions {
  readonly month?: string;
  readonly from?: string;
  readonly json?: true;
  readonly csv?: true;
}

/** What is listed. */
interface Listed {
  readonly recordings: readonly Overview[];
  readonly notListed: number;
  /** What the recordings of `--month` come to; undefined: of all months, or of a stack that does not say it. */
  readonly month?: MonthReport | undefined;
  /** How the stack's budget stands; undefined: it has none, it is another month's list, or it is not known. */
  readonly budget?: BudgetAnswer | undefined;
}

/** The calls to the outside. */
interface Calls {
  readonly invoke: Invoke;
  readonly ask: (stack: string, command: ReporterCommand) => Promise<ReporterAnswer>;
  readonly open: OpenSummaries;
  readonly now: () => number;
}

/** Prints the recordings of a stack, or those of a month and a bucket. @throws UsageError, RunError */
export async function listRecordings(options: ListOptions, calls: Calls): Promise<void> {
  checkOptions(options, calls.now());
  const listed = await list(options, calls);
  printListed(listed, options);
  const { unread = [], newer = 0 } = listed.month?.missing ?? {};
  // As with other inputs that cannot be read: what is printed is not all.
  if (unread.length + newer > 0) process.exitCode = 1;
}

async function list({ stack, month, from }: ListOptions, calls: Calls): Promise<Listed> {
  const { ask, open } = calls;
  const now = calls.now();
  if (from !== undefined && month !== undefined) {
    return { ...(await readMonthFrom(from, month, { open, now })), notListed: 0 };
  }
  const isCurrent = month === undefined || month === monthAt(now);
  const answer = await ask(stack, { command: 'list', ...(month && { month }) });
  const { recordings = [], notListed = 0 } = answer;
  // After the list, so that what keeps both from AWS is said once.
  const budget = isCurrent ? await budgetOf(stack, calls) : undefined;
  return { recordings, notListed, month: answer.month, budget };
}

/** The list does without, where the controller may not be invoked or is of another release. */
async function budgetOf(stack: string, { invoke }: Calls): Promise<BudgetAnswer | undefined> {
  try {
    const asked = await invoke(functionName(stack, 'controller'), { command: 'budget' });
    return readControllerAnswer(asked).budget;
  } catch (error) {
    say(`what is left of the budget is not known: ${(error as Error).message}`);
    return undefined;
  }
}

function checkOptions({ month, from, csv }: ListOptions, now: number): void {
  if (month !== undefined) checkBegun(month, now);
  else if (from !== undefined) throw new UsageError('--from needs a month: --month 2026-11');
  else if (csv) throw new UsageError('--csv has the tables of a month: --month 2026-11');
}

function printListed(listed: Listed, { month, json, csv }: ListOptions): void {
  const { recordings, notListed, month: report, budget } = listed;
  const months = sumsByMonth(recordings);
  if (json) {
    const all = { recordings, months, notListed, ...(report && { month: report }), budget };
    writeLine(JSON.stringify(all));
    return;
  }
  if (csv) {
    if (report === undefined) throw new RunError(`the stack is older than --csv: deploy it again`);
    writeOutput(monthCsv(report));
    return;
  }
  const lines = [
    ...table(recordings, months, month),
    ...notListedLine(notListed),
    ...(report === undefined || isNothing(report) ? [] : ['', ...monthLines(report)]),
    ...(budget === undefined ? [] : [leftLine(budget)]),
  ];
  lines.forEach(writeLine);
}

/** Whether there is no recording at all, of which the list says so. */
function isNothing({ gateways, missing }: MonthReport): boolean {
  return gateways.length + missing.unread.length + missing.newer === 0;
}

const HEAD = ['START (UTC)', 'GATEWAY', 'LENGTH', 'BYTES', 'COST', 'HEADLINE', 'ID'];
const ALIGNS: readonly Align[] = ['left', 'left', 'right', 'right', 'right', 'left', 'left'];
/** Of a cell, where the output is no terminal. */
const WIDEST = 72;
/** Of the headline on a narrow terminal: the other cells are needed to ask for a report. */
const NARROWEST = 16;

/** The recordings in one table, with the sum of each month after its last one. */
function table(
  recordings: readonly Overview[],
  months: readonly MonthSum[],
  month: string | undefined,
): string[] {
  if (recordings.length === 0) {
    return [
      month === undefined
        ? 'no recording has a report yet'
        : `no recording of ${month} has a report`,
    ];
  }
  const cells = [HEAD, ...recordings.map(row)];
  const [head = '', ...rows] = columns(cells, ALIGNS, headlineWidth(cells));
  const lines = months.flatMap((sum) => [...rows.splice(0, sum.recordings), sumLine(sum)]);
  return [head, ...lines];
}

/** The room for the headline in a line as wide as the terminal. The id after it is never cut. */
function headlineWidth(cells: readonly (readonly string[])[]): number {
  const { columns: width } = process.stdout;
  if (!width) return WIDEST;
  const headline = HEAD.indexOf('HEADLINE');
  const widths = HEAD.map((_, i) => Math.max(...cells.map((each) => [...(each[i] ?? '')].length)));
  const others = widths.reduce((sum, each, i) => (i === headline ? sum : sum + each + 2), 0);
  return Math.min(WIDEST, Math.max(NARROWEST, width - others));
}

function row({ start, gateway, seconds, bytes, cost, summary, id }: Overview): string[] {
  return [
    start === undefined ? '-' : utcSecond(start),
    gateway,
    duration(seconds),
    size(bytes),
    cost === null ? 'not priced' : dollars(cost),
    summary,
    id,
  ];
}

function sumLine(sum: MonthSum): string {
  const { month, recordings, bytes, recordingCost } = sum;
  return `${month}: ${counted(recordings, 'recording')}, ${size(bytes)}, ${spent(sum)}; recording cost ${dollars(recordingCost)}`;
}

function spent({ recordings, cost, unpriced }: MonthSum): string {
  if (unpriced === recordings) return 'none of them priced';
  if (unpriced === 0) return `${dollars(cost)} at the gateways`;
  return `${dollars(cost)} at the gateways, without ${counted(unpriced, 'recording')} that ${unpriced === 1 ? 'is' : 'are'} not priced`;
}

function notListedLine(count: number): string[] {
  if (count === 0) return [];
  return [
    `${counted(count, 'recording')} not listed: older ones, which --month lists, or of another release of natflow`,
  ];
}
