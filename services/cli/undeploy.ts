import { Command } from 'commander';
import { DEFAULT_STACK, shellWord } from '../../shared/command-line.ts';
import { writeLine } from '../../shared/terminal.ts';
import { type AwsOptions, withAws } from './aws-options.ts';
import { MACRO_STACK, outputsOf, samDelete } from './sam.ts';
import type { Survey } from './survey.ts';

interface UndeployOptions extends AwsOptions {
  readonly stackName: string;
  readonly prompts: boolean;
}

const NO_PROMPTS = '--no-prompts';

/**
 * `natflow undeploy`: deletes a stack, and the macro's stack when no other natflow stack of the account and region
 * is left. Prints what stays.
 */
export function undeployCommand(
  open: () => Promise<Survey>,
  stacks: () => Promise<string[]>,
): Command {
  return withAws(new Command('undeploy'))
    .description('delete a deployed stack with the SAM CLI, and say what stays')
    .option('--stack-name <name>', 'the stack, when it has another name', DEFAULT_STACK)
    .option(NO_PROMPTS, 'do not ask')
    .action(async ({ stackName: stack, profile, prompts }: UndeployOptions) => {
      const { region } = await open();
      const account = { region, profile };
      const { ArchiveBucket } = outputsOf(stack, account);
      await samDelete(stack, account, prompts ? [] : [NO_PROMPTS]);
      // SAM exits with 0 when the user answers no to its question.
      if ('ArchiveBucket' in outputsOf(stack, account)) {
        return tell(`${stack} stays, and the macro with it`);
      }
      const others = (await stacks()).filter((name) => name !== stack);
      if (others.length === 0) await samDelete(MACRO_STACK, account, [NO_PROMPTS]);
      else tell(`the macro stays: ${others.join(', ')} needs it`);
      if (ArchiveBucket !== undefined) {
        tell(`the archive stays, and empties itself: s3://${ArchiveBucket}`);
        tell(`to delete it now: aws s3 rb --force ${shellWord(`s3://${ArchiveBucket}`)}`);
      }
    });
}

function tell(words: string): void {
  writeLine(`undeploy   ${words}`);
}
