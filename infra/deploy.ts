import { parseArgs } from 'node:util';
import { invokeFunction } from '../shared/aws/functions.ts';
import { isNamed } from '../shared/aws/refusal.ts';
import { awsSurvey } from '../shared/aws/survey.ts';
import { useRegion } from '../shared/config.ts';
import {
  MACRO_NAME,
  MACRO_VERSION,
  readVersionAnswer,
  VERSION_COMMAND,
} from '../shared/contract/macro.ts';
import { writeLine } from '../shared/terminal.ts';
import { build } from './build.ts';
import { configuredStack, MACRO_STACK, run, script } from './sam.ts';

const MACRO_ANSWER_MS = 20_000;

/**
 * `npm run deploy`: preflight, the macro's stack, `sam deploy --guided`, then `natflow doctor`. With arguments
 * (`npm run deploy -- --stack-name two …`) it runs `sam deploy` with these, and does not prompt.
 */
async function deploy(args: string[]): Promise<void> {
  const options = { region: { type: 'string' }, 'stack-name': { type: 'string' } } as const;
  const { values } = parseArgs({ args, options, strict: false });
  useRegion(values.region);
  const { region } = await awsSurvey();
  await refuseOlderMacro();
  await build();
  await run(process.execPath, ['services/cli/natflow.js', 'preflight']);
  writeLine(`macro      stack ${MACRO_STACK}`);
  const quietly = ['--no-confirm-changeset', '--no-fail-on-empty-changeset'];
  await run('sam', ['build'], 'infra');
  await run('sam', ['deploy', '--region', region, ...quietly], 'infra');
  await run('sam', ['build']);
  const answers = args.length === 0 ? ['--guided'] : ['--no-fail-on-empty-changeset', ...args];
  await run('sam', ['deploy', '--region', region, ...answers]);
  await doctor(String(values['stack-name'] ?? (await configuredStack())));
}

/** All stacks of the account and region share the macro: an older one would refuse the newer stacks' updates. */
async function refuseOlderMacro(): Promise<void> {
  const deployed = await deployedVersion();
  if (deployed === undefined || deployed <= MACRO_VERSION) return;
  throw new Error(
    `the macro ${MACRO_NAME} is deployed in version ${deployed}, and this checkout has version ${MACRO_VERSION}: deploy from a newer checkout`,
  );
}

/** Undefined without a macro, for one of before it told its version, and when it cannot be asked. */
async function deployedVersion(): Promise<number | undefined> {
  try {
    const answer = await invokeFunction(MACRO_NAME, VERSION_COMMAND, MACRO_ANSWER_MS);
    return readVersionAnswer(answer).version;
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) {
      writeLine(`macro      its version is not known: ${(error as Error).message}`);
    }
    return undefined;
  }
}

/** What doctor finds does not undo the deployment: a subscription, for one, is confirmed after it. */
async function doctor(stack: string): Promise<void> {
  const command = ['services/cli/natflow.js', 'doctor', '--stack', stack];
  await run(process.execPath, command).catch(() => {
    writeLine(`deploy     ${stack} is deployed; what doctor found wrong is still to be mended`);
  });
}

await script(() => deploy(process.argv.slice(2)));
