import { once } from 'node:events';
import { Command } from 'commander';
import { describeLine } from '../../shared/flowlog/describe.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import type { CurrentLine, FlowSource, Outcome } from '../../shared/flowlog/source.ts';
import { say, writeOutput } from '../../shared/terminal.ts';
import { SOME_REJECTED } from './errors.ts';
import { formatOption, type Input, readEach, reportFailures } from './input.ts';
import { type ObjectOptions, openAll, withInputs, withRegion } from './s3-input.ts';
import { interruptible } from './signals.ts';

/** `natflow parse`: each line's outcome and values as JSON. */
export function parseCommand(): Command {
  return withRegion(withInputs(new Command('parse'), ['-']))
    .description('print a JSON object for every line of flow log files')
    .option(
      '--format <format>',
      "the lines' LogFormat, until a header says otherwise",
      formatOption,
    )
    .action(async (files: string[], options: ObjectOptions & { format?: Format }) => {
      const inputs = await openAll(files, options);
      await interruptible((interrupted) => parse(inputs, options.format, interrupted));
    });
}

async function parse(
  inputs: readonly Input[],
  format: Format | undefined,
  interrupted: AbortSignal,
): Promise<void> {
  const total = { lines: 0, malformed: 0 };
  const failures = await readEach(inputs, interrupted, (source) =>
    printLines(source, format, total, interrupted),
  );
  if (interrupted.aborted) say(`interrupted after line ${total.lines} of the output`);
  if (total.malformed > 0) process.exitCode = SOME_REJECTED;
  reportFailures(failures, inputs.length);
}

async function printLines(
  source: FlowSource,
  format: Format | undefined,
  total: { lines: number; malformed: number },
  interrupted: AbortSignal,
): Promise<void> {
  let text = '';
  const print = (outcome: Outcome, { line }: CurrentLine) => {
    const described = describeLine(line.text, line.format);
    text += `${JSON.stringify({ line: line.number, outcome, ...described })}\n`;
    total.lines += 1;
    if (outcome === 'malformed') total.malformed += 1;
  };
  const flush = async () => {
    const wantsMore = writeOutput(text);
    text = '';
    if (!wantsMore) await once(process.stdout, 'drain', { signal: interrupted });
  };
  const onFlow = (_: unknown, current: CurrentLine) => print('flow', current);
  try {
    for await (const _ of source.read({ format, onFlow, onOther: print })) await flush();
  } finally {
    await flush();
  }
}
