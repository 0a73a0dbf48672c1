import { once } from 'node:events';
import { Command } from 'commander';
import { describeLine } from '../../shared/flowlog/describe.ts';
import type { Format } from '../../shared/flowlog/format.ts';
import { FlowLogParser, type Outcome } from '../../shared/flowlog/parser.ts';
import { writeOutput } from '../../shared/terminal.ts';
import { SOME_REJECTED } from './errors.ts';
import { formatOption, type Input, openInputs, readInput } from './input.ts';

/** `natflow parse`: what every line says, as JSON. */
export function parseCommand(): Command {
  return new Command('parse')
    .description('print a JSON object for every line of flow log files')
    .argument('[file...]', 'flow log files, gzip or plain; - is standard input', ['-'])
    .option(
      '--format <format>',
      "the lines' LogFormat, until a header says otherwise",
      formatOption,
    )
    .action(async (files: string[], { format }: { format?: Format }) => {
      let malformed = 0;
      for (const input of await openInputs(files)) malformed += await printLines(input, format);
      if (malformed > 0) process.exitCode = SOME_REJECTED;
    });
}

async function printLines(input: Input, format: Format | undefined): Promise<number> {
  let text = '';
  const print = (outcome: Outcome) => {
    const { number, text: line, format } = parser.line;
    text += `${JSON.stringify({ line: number, outcome, ...describeLine(line, format) })}\n`;
  };
  const parser = new FlowLogParser({ format, onFlow: () => print('flow'), onOther: print });
  const flush = async () => {
    const wantsMore = writeOutput(text);
    text = '';
    if (!wantsMore) await once(process.stdout, 'drain');
  };
  try {
    for await (const piece of readInput(input)) {
      parser.write(piece);
      await flush();
    }
    parser.end();
  } catch (error) {
    parser.breakOff();
    throw error;
  } finally {
    await flush();
  }
  return parser.counts.malformed;
}
