import { Command } from 'commander';
import { DEFAULT_STACK } from '../../shared/command-line.ts';
import {
  type Overview,
  type ReporterCommand,
  readReporterAnswer,
} from '../../shared/contract/reporter.ts';
import { writeLine } from '../../shared/terminal.ts';
import { type Align, columns } from '../../shared/text/columns.ts';
import { dollars, duration, size } from '../../shared/text/units.ts';
import { utcSecond } from '../../shared/text/utc.ts';
import { RunError } from './errors.ts';
import type { Invoke } from './record.ts';
import { type OutputOptions, withOutputOptions, writeReport } from './report-output.ts';

interface StackOptions {
  readonly stack: string;
}

/** `natflow recordings`: lists and shows the reports of a deployed stack by invoking its reporter. */
export function recordingsCommand(invoke: Invoke): Command {
  const ask = async (stack: string, command: ReporterCommand) =>
    readReporterAnswer(await invoke(`${stack}-reporter`, command));
  const stackOption = [
    '--stack <name>',
    'the stack, when it has another name',
    DEFAULT_STACK,
  ] as const;

  const list = new Command('list')
    .description('recordings that have a report, the newest first')
    .option(...stackOption)
    .option('--json', 'print them as JSON')
    .action(async ({ stack, json }: StackOptions & { json?: true }) => {
      const { recordings = [] } = await ask(stack, { command: 'list' });
      const lines = json ? [JSON.stringify(recordings)] : table(recordings);
      lines.forEach(writeLine);
    });

  const show = withOutputOptions(new Command('show'))
    .description("a recording's report, as it was mailed")
    .argument('<id>', 'as the list has it')
    .option(...stackOption)
    .option('--link', 'print only an address at which a browser shows the page for some hours')
    .action(async (id: string, options: StackOptions & OutputOptions & { link?: true }) => {
      const { shown } = await ask(options.stack, { command: 'show', id });
      if (shown === undefined) throw new RunError(`there is no report of ${id}`);
      if (options.link) writeLine(shown.link);
      else await writeReport(shown.report, () => shown.html, options);
    });

  return new Command('recordings')
    .description('what was recorded by a deployed stack, and who it was')
    .addCommand(list, { isDefault: true })
    .addCommand(show);
}

const HEAD = ['START (UTC)', 'GATEWAY', 'LENGTH', 'BYTES', 'COST', 'WHO', 'ID'];
const ALIGNS: readonly Align[] = ['left', 'left', 'right', 'right', 'right', 'left', 'left'];
const WIDEST = 72;

function table(recordings: readonly Overview[]): string[] {
  if (recordings.length === 0) return ['no recording has a report yet'];
  const rows = recordings.map(({ start, gateway, seconds, bytes, cost, summary, id }) => [
    start === undefined ? '-' : utcSecond(start),
    gateway,
    duration(seconds),
    size(bytes),
    dollars(cost),
    summary,
    id,
  ]);
  return columns([HEAD, ...rows], ALIGNS, WIDEST);
}
