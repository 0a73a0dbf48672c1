import { parseArgs } from 'node:util';
import { awsSurvey } from '../shared/aws/survey.ts';
import { useRegion } from '../shared/config.ts';
import { writeLine } from '../shared/terminal.ts';
import { build } from './build.ts';
import { MACRO_STACK, run, script } from './sam.ts';

/**
 * `npm run deploy`: preflight, the macro's stack, then `sam deploy --guided`. With arguments
 * (`npm run deploy -- --stack-name two …`) it runs `sam deploy` with these, and does not prompt.
 */
async function deploy(args: string[]): Promise<void> {
  const options = { region: { type: 'string' } } as const;
  useRegion(parseArgs({ args, options, strict: false }).values.region);
  const { region } = await awsSurvey();
  await build();
  await run(process.execPath, ['services/cli/natflow.js', 'preflight']);
  writeLine(`macro      stack ${MACRO_STACK}`);
  const quietly = ['--no-confirm-changeset', '--no-fail-on-empty-changeset'];
  await run('sam', ['build'], 'infra');
  await run('sam', ['deploy', '--region', region, ...quietly], 'infra');
  await run('sam', ['build']);
  const answers = args.length === 0 ? ['--guided'] : ['--no-fail-on-empty-changeset', ...args];
  await run('sam', ['deploy', '--region', region, ...answers]);
}

await script(() => deploy(process.argv.slice(2)));
