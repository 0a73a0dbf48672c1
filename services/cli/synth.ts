import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Command } from 'commander';
import { type SynthOptions, synthesize } from '../../shared/flowlog/synth.ts';
import { say, writeOutput } from '../../shared/terminal.ts';
import { wholeNumber } from './options.ts';
import { interruptible } from './signals.ts';

/** `natflow synth`: writes synthetic flow log text. */
export function synthCommand(): Command {
  return new Command('synth')
    .description('write flow log text shaped like a NAT gateway during a spike')
    .requiredOption('--flows <number>', 'how many flows', wholeNumber('--flows'))
    .option('--seed <number>', 'the same seed gives the same text', wholeNumber('--seed'), 1)
    .option('--start <seconds>', 'Unix time of the first window', wholeNumber('--start'))
    .action((options: SynthOptions) => interruptible((interrupted) => synth(options, interrupted)));
}

async function synth(options: SynthOptions, interrupted: AbortSignal): Promise<void> {
  let lines = 0;
  try {
    for (const block of synthesize(options)) {
      lines += block.split('\n').length - 1;
      // Writing to a file never waits, and signals are handled only in a turn of the event loop.
      if (writeOutput(block)) await setImmediate(undefined, { signal: interrupted });
      else await once(process.stdout, 'drain', { signal: interrupted });
    }
  } catch (error) {
    if (!interrupted.aborted) throw error;
    say(`interrupted after line ${lines} of the output`);
  }
}
