import { once } from 'node:events';
import { Command } from 'commander';
import { synthesize } from '../../shared/flowlog/synth.ts';
import { writeOutput } from '../../shared/terminal.ts';
import { wholeNumber } from './options.ts';

/** `natflow synth`: flow log text to try things with. */
export function synthCommand(): Command {
  return new Command('synth')
    .description('write flow log text shaped like a NAT gateway during a spike')
    .requiredOption('--flows <number>', 'how many flows', wholeNumber('--flows'))
    .option('--seed <number>', 'the same seed gives the same text', wholeNumber('--seed'), 1)
    .option('--start <seconds>', 'Unix time of the first window', wholeNumber('--start'))
    .action(async (options: { flows: number; seed: number; start?: number }) => {
      for (const block of synthesize(options)) {
        if (!writeOutput(block)) await once(process.stdout, 'drain');
      }
    });
}
