import { parseArgs } from 'node:util';
import { listStacks } from '../shared/aws/stacks.ts';
import { awsSurvey } from '../shared/aws/survey.ts';
import { shellWord } from '../shared/command-line.ts';
import { useRegion } from '../shared/config.ts';
import { writeLine } from '../shared/terminal.ts';
import { MACRO_STACK, outputsOf, run, script } from './sam.ts';

const NO_PROMPTS = '--no-prompts';

/**
 * `npm run undeploy -- [--stack-name natflow] [--region …] [--no-prompts]`: deletes a stack, and the macro's stack
 * when no other natflow stack of the account and region is left. Prints what stays.
 */
async function undeploy(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      'stack-name': { type: 'string', default: 'natflow' },
      region: { type: 'string' },
      'no-prompts': { type: 'boolean', default: false },
    },
  });
  const stack = values['stack-name'];
  useRegion(values.region);
  const { region } = await awsSurvey();
  const { ArchiveBucket } = outputsOf(stack, region);
  const remove = (name: string, prompts: readonly string[]) =>
    run('sam', ['delete', '--stack-name', name, '--region', region, ...prompts]);
  await remove(stack, values['no-prompts'] ? [NO_PROMPTS] : []);
  // SAM exits with 0 when the user answers no to its question.
  if ('ArchiveBucket' in outputsOf(stack, region)) {
    return say(`${stack} stays, and the macro with it`);
  }
  const others = (await listStacks()).filter((name) => name !== stack);
  if (others.length === 0) await remove(MACRO_STACK, [NO_PROMPTS]);
  else say(`the macro stays: ${others.join(', ')} needs it`);
  if (ArchiveBucket !== undefined) {
    say(`the archive stays, and empties itself: s3://${ArchiveBucket}`);
    say(`to delete it now: aws s3 rb --force ${shellWord(`s3://${ArchiveBucket}`)}`);
  }
}

function say(words: string): void {
  writeLine(`undeploy   ${words}`);
}

await script(() => undeploy(process.argv.slice(2)));
