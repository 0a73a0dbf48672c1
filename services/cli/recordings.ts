import { Command } from 'commander';
import { DEFAULT_STACK, functionName } from '../../shared/command-line.ts';
import {
  type Overview,
  type ReporterCommand,
  readReporterAnswer,
} from '../../shared/contract/reporter.ts';
import { type MonthSum, sumsByMonth } from '../../shared/report/model/overview.ts';
import { writeLine } from '../../shared/terminal.ts';
import { type Align, columns } from '../../shared/text/columns.ts';
import { counted, dollars, duration, size } from '../../shared/text/units.ts';
import { utcSecond } from '../../shared/text/utc.ts';
import { withAws } from './aws-options.ts';
import { RunError } from './errors.ts';
import { monthOption } from './options.ts';
import type { Invoke } from './record.ts';
import { type OutputOptions, withOutputOptions, writeReport } from './report-output.ts';

interface StackOptions {
  readonly stack: string;
}

interface ListOptions extends StackOptions {
  readonly month?: string;
  readonly json?: true;
}

/** `natflow recordings`: lists and shows the reports of a deployed stack by invoking its reporter. */
export function recordingsCommand(invoke: Invoke): Command {
  const ask = async (stack: string, command: ReporterCommand) =>
    readReporterAnswer(await invoke(functionName(stack, 'reporter'), command));
  const stackOption = [
    '--stack <name>',
    'the stack, when it has another name',
    DEFAULT_STACK,
  ] as const;

  const list = withAws(new Command('list'))
    .description('recordings that have a report, the newest first, with a sum for each month')
    .option(...stackOption)
    .option('--month <month>', 'those begun in this month (UTC), as 2026-11', monthOption)
    .option('--json', 'print recordings and sums as one JSON object')
    .action(async ({ stack, month, json }: ListOptions) => {
      const answer = await ask(stack, { command: 'list', ...(month && { month }) });
      const { recordings = [], notListed = 0 } = answer;
      const months = sumsByMonth(recordings);
      const lines = json
        ? [JSON.stringify({ recordings, months, notListed })]
        : [...listed(recordings, months, month), ...notListedLine(notListed)];
      lines.forEach(writeLine);
    });

  const show = withAws(withOutputOptions(new Command('show')))
    .description("a recording's report, as it was mailed")
    .argument('<id>', 'as the list has it')
    .option(...stackOption)
    .option('--link', 'print only an address at which a browser shows the page for some hours')
    .action(async (id: string, options: StackOptions & OutputOptions & { link?: true }) => {
      const { shown } = await ask(options.stack, { command: 'show', id });
      if (shown === undefined) throw new RunError(`there is no report of ${id}`);
      if (options.link) writeLine(shown.link);
      else await writeReport(shown.report, async () => shown.html, options);
    });

  return new Command('recordings')
    .description('what was recorded by a deployed stack, and who it was')
    .addCommand(list, { isDefault: true })
    .addCommand(show);
}

const HEAD = ['START (UTC)', 'GATEWAY', 'LENGTH', 'BYTES', 'COST', 'HEADLINE', 'ID'];
const ALIGNS: readonly Align[] = ['left', 'left', 'right', 'right', 'right', 'left', 'left'];
/** Of a cell, where the output is no terminal. */
const WIDEST = 72;
/** Of the headline on a narrow terminal: the other cells are needed to ask for a report. */
const NARROWEST = 16;

/** The recordings in one table, with the sum of each month after its last one. */
function listed(
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
