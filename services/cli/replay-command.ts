import { Command, Option } from 'commander';
import { replay } from './replay.ts';
import { REPLAY_OPTIONS } from './replay-options.ts';
import { withInputs, withRegion } from './s3-input.ts';

/** `natflow replay`: sends flow log files to collectors. */
export function replayCommand(): Command {
  const command = withRegion(withInputs(new Command('replay'))).description(
    'send flow log files to NetFlow or IPFIX collectors',
  );
  for (const { flags, about, read, default: value } of REPLAY_OPTIONS) {
    const option = new Option(flags, about);
    if (read !== undefined) option.argParser(read);
    if (value !== undefined) option.default(value);
    command.addOption(option);
  }
  return command.action(replay);
}
