import { Command, Option } from 'commander';
import type { Invoke } from '../../shared/aws/functions.ts';
import { DEFAULT_STACK, functionName } from '../../shared/command-line.ts';
import { type ReporterCommand, readReporterAnswer } from '../../shared/contract/reporter.ts';
import { writeLine } from '../../shared/terminal.ts';
import { withAws } from './aws-options.ts';
import { RunError } from './errors.ts';
import { monthOption } from './options.ts';
import { type ListOptions, listRecordings, type StackOptions } from './recordings-list.ts';
import type { OpenSummaries } from './recordings-month.ts';
import { type OutputOptions, withOutputOptions, writeReport } from './report-output.ts';

const STACK = ['--stack <name>', 'the stack, when it has another name', DEFAULT_STACK] as const;

/**
 * `natflow recordings`: lists and shows the reports of a deployed stack by invoking its reporter, or lists those of
 * many accounts by their summaries in a bucket.
 */
export function recordingsCommand(
  invoke: Invoke,
  open: OpenSummaries,
  now: () => number = Date.now,
): Command {
  const ask = async (stack: string, command: ReporterCommand) =>
    readReporterAnswer(await invoke(functionName(stack, 'reporter'), command));

  const list = withAws(new Command('list'))
    .description('recordings that have a report, the newest first, with a sum for each month')
    .option(...STACK)
    .option(
      '--month <month>',
      'those begun in this month (UTC), as 2026-11, and what they come to',
      monthOption,
    )
    .option('--from <s3>', 'with --month: those of all accounts below s3://bucket/prefix')
    .addOption(
      new Option('--json', 'print recordings and sums as one JSON object').conflicts('csv'),
    )
    .option('--csv', 'with --month: print its tables as CSV')
    .action((options: ListOptions) => listRecordings(options, { invoke, ask, open, now }));

  const show = withAws(withOutputOptions(new Command('show')))
    .description("a recording's report, as it was mailed")
    .argument('<id>', 'as the list has it')
    .option(...STACK)
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
